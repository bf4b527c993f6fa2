package inbound

import (
	"slices"
	"testing"
)

func TestOnlyThePartnersOwnPicturesAreFetched(t *testing.T) {
	t.Parallel()
	text := `<p><img src="https://kongen.example/a.png"><img src="https://tracker.example/pixel.png"><img src="data:image/png;base64,AA">` +
		`<img src="HTTPS://KONGEN.example/b.png"><img src="https://kongen.example.evil.example/c.png"><img src="/d.png"></p>`
	want := []string{"https://kongen.example/a.png", "HTTPS://KONGEN.example/b.png"}
	if got := pictures(text, "kongen.example"); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
