package desk

import (
	"strconv"
	"testing"
	"time"
)

func TestWhenACorrespondenceIsPaused(t *testing.T) {
	t.Parallel()
	type message struct {
		words   string
		replies int
		after   time.Duration
	}
	var many, slow, answered []message
	for n := range MaxUnanswered {
		many = append(many, message{words: strconv.Itoa(n), after: time.Minute})
		slow = append(slow, message{words: strconv.Itoa(n), after: 20 * time.Minute})
		answered = append(answered, message{words: "thanks " + strconv.Itoa(n/2), replies: n / 2, after: time.Second})
	}
	for name, tt := range map[string]struct {
		messages []message
		paused   bool
	}{
		"a person's few":         {[]message{{"a", 0, 0}, {"b", 0, time.Minute}, {"a", 0, time.Minute}}, false},
		"the same three times":   {[]message{{"ack", 0, 0}, {"ack", 0, time.Minute}, {"ack", 0, time.Minute}}, true},
		"the same with answers":  {[]message{{"ok", 0, 0}, {"ok", 1, time.Minute}, {"ok", 2, time.Minute}}, false},
		"many in an hour":        {many, true},
		"many over hours":        {slow, false},
		"many that are answered": {answered, false},
	} {
		c, at := Correspondence{}, time.Unix(1e9, 0)
		for _, m := range tt.messages {
			at = at.Add(m.after)
			c.Receive(m.words, m.replies, at)
		}
		if c.Paused() != tt.paused || c.TakesAutomatic() == tt.paused {
			t.Errorf("%s: paused %v (%s), want %v", name, c.Paused(), c.PauseReason, tt.paused)
		}
		c.Resume(1, at)
		if c.Paused() || c.Receive("next", 0, at) {
			t.Errorf("%s: paused again at once", name)
		}
	}
	c := Correspondence{Desk: 1}
	if !c.TakesAutomatic() {
		t.Error("a desk gets no automatic mail at all")
	}
	if c.AutomaticAt = time.Unix(1e9, 0); c.TakesAutomatic() {
		t.Error("a desk gets a second automatic mail")
	}
}
