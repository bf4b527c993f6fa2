package ticketing

import "testing"

func TestPlainText(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ html, want string }{
		"paragraphs":       {"<p>One</p><p>Two<br>lines</p>", "One\n\nTwo\nlines"},
		"a list":           {"<p>Try:</p><ul><li>off</li><li>on</li></ul><p>Then</p>", "Try:\n\n- off\n- on\n\nThen"},
		"a numbered list":  {"<ol><li>off</li><li>on</li></ol>", "1. off\n2. on"},
		"a list in a list": {"<ul><li>a<ul><li>b</li></ul></li></ul>", "- a\n  - b"},
		"what is laid out": {"<p>Log:</p><pre>if x {\n    y()\n}</pre>", "Log:\n\nif x {\n    y()\n}"},
		"an item alone":    {"<li>x</li>", "x"},
		"leading blanks":   {"<pre>    x</pre>", "    x"},
		"a row of a table": {"<table><tr><td>a</td><td>b</td></tr></table>", "a\t\tb"},
	} {
		if got := PlainText(tt.html); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

// Whatever a fragment closes or leaves open, it is whole by itself.
func TestHTMLIsStoredWellFormed(t *testing.T) {
	t.Parallel()
	c := newCleaner()
	for name, tt := range map[string]struct{ html, want string }{
		"closes more than it opens": {"</div></div><p>x</p></section>", "<p>x</p>"},
		"leaves open":               {"<div><b>x", "<div><b>x</b></div>"},
		"crosses":                   {"<b><i>x</b></i>", "<b><i>x</i></b>"},
		"a cell without a table":    {"</td></table>x<td>y", "xy"},
		"as it is":                  {"<p>a &lt; b</p><ul><li>c</li></ul>", "<p>a &lt; b</p><ul><li>c</li></ul>"},
	} {
		if got := c.HTML(tt.html); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}
