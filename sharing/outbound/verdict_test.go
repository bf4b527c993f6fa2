package outbound

import (
	"net/http"
	"testing"

	"interdesk/sharing/peer"
	"interdesk/sharing/wire"
)

// What each answer means, row by row of share-life §2.
func TestJudge(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name              string
		answer            peer.Answer
		post, put, delete verdict
	}{
		{"200", peer.Answer{Status: 200}, taken, taken, taken},
		{"201", peer.Answer{Status: 201}, taken, taken, taken},
		{"a page", peer.Answer{Status: 200, Doubtful: true}, again, again, again},
		{"a page of Request Tracker", peer.Answer{Status: 200, Doubtful: true, Dialect: wire.DialectRT}, again, again, untellable},
		{"a page, and the ticket is still shared", peer.Answer{Status: 200, Doubtful: true, Verdict: peer.Unsupported}, again, again, untellable},
		{"no answer", peer.Answer{}, again, again, again},
		{"redirect", peer.Answer{Status: 307}, never, never, never},
		{"400", peer.Answer{Status: 400}, never, never, never},
		{"401", peer.Answer{Status: 401}, denied, denied, denied},
		{"403", peer.Answer{Status: 403}, denied, denied, denied},
		{"404", peer.Answer{Status: 404}, denied, absent, taken},
		{"404 of a web server", peer.Answer{Status: 404, IsPage: true}, denied, denied, taken},
		{"405", peer.Answer{Status: 405}, never, never, untellable},
		{"408", peer.Answer{Status: 408}, again, again, again},
		{"410", peer.Answer{Status: 410}, over, over, taken},
		{"412", peer.Answer{Status: 412}, never, never, never},
		{"422", peer.Answer{Status: 422}, unfit, unfit, untellable},
		{"425", peer.Answer{Status: 425}, again, again, again},
		{"429", peer.Answer{Status: 429}, again, again, again},
		{"500", peer.Answer{Status: 500}, again, again, again},
		{"503", peer.Answer{Status: 503}, again, again, again},
	} {
		for method, want := range map[string]verdict{http.MethodPost: row.post, http.MethodPut: row.put, http.MethodDelete: row.delete} {
			if got := judge(method, &row.answer); got != want {
				t.Errorf("%s to a %s: %d, want %d", row.name, method, got, want)
			}
		}
	}
}
