package markup_test

import (
	"strings"
	"testing"

	"interdesk/web/markup"
)

const linked = `target="_blank" rel="noopener noreferrer nofollow">`

func TestPlainWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, want string }{
		{"markup is text", "a <b>&</b>", "a &lt;b&gt;&amp;&lt;/b&gt;"},
		{"address in a sentence", "See https://a.example/x?b=1&c=2.", `See <a href="https://a.example/x?b=1&amp;c=2" ` + linked + "https://a.example/x?b=1&amp;c=2</a>."},
		{"address in brackets", "(http://a.example/p(1))", `(<a href="http://a.example/p(1)" ` + linked + "http://a.example/p(1)</a>)"},
		{"no address", "xhttp://a.example javascript:alert(1) http://", "xhttp://a.example javascript:alert(1) http://"},
		{"short quote", "> a\n> b\nc", "&gt; a\n&gt; b\nc"},
		{"long quote", "x\n> a\n> b\n> c\n> d\ny", `x<details class="quoted"><summary><span aria-hidden="true">···</span> fold</summary><blockquote>&gt; a` + "\n&gt; b\n&gt; c\n&gt; d</blockquote></details>y"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			want := `<div class="said-plain">` + c.want + `</div>`
			if got := markup.BodyOf(c.in, "", "fold"); got.Markup != want || got.Framed {
				t.Errorf("got  %s\nwant %s", got.Markup, want)
			}
		})
	}
}

func TestSimpleMarkup(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, want string }{
		{"emphasis and lists", "<p>a <b>b</b></p><ul><li>c</li></ul>", "<p>a <b>b</b></p><ul><li>c</li></ul>"},
		{"left open", "<p>a <b>b", "<p>a <b>b</b></p>"},
		{"closed too often", "a</div></div></p>", "a<p></p>"},
		{"attributes go", `<p class="x" onclick="y" style="z">a</p>`, "<p>a</p>"},
		{"bad link", `<a href="javascript:alert(1)">a</a>`, "<span>a</span>"},
		{"good link", `<a href="https://a.example/">a</a>`, `<a href="https://a.example/" ` + linked + "a</a>"},
		{"long quote", "<blockquote>" + strings.Repeat("x", 400) + "</blockquote>",
			`<details class="quoted"><summary><span aria-hidden="true">···</span> fold</summary><blockquote>` + strings.Repeat("x", 400) + "</blockquote></details>"},
		{"what earlier mails said", `a<blockquote type="cite">b<blockquote type="cite">c</blockquote></blockquote>`,
			`a<details class="quoted"><summary><span aria-hidden="true">···</span> fold</summary><blockquote>b<blockquote>c</blockquote></blockquote></details>`},
		{"short quote", `<blockquote>a</blockquote>`, `<blockquote>a</blockquote>`},
		{"our picture", `a <img src="/attachments/token/x/?name=p.png" alt="a &lt;b&gt;" onerror="y">`,
			`a <img class="said-picture" src="/attachments/token/x/?name=p.png" alt="a &lt;b&gt;" loading="lazy">`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := markup.BodyOf("", c.in, "fold"); got.Markup != c.want || got.Framed {
				t.Errorf("got  %+v\nwant %s", got, c.want)
			}
		})
	}
}

func TestMailStandsInAFrame(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, in string
		remote   bool
	}{
		{"table", "<table><tr><td>a</td></tr></table>", false},
		{"picture from elsewhere", `<img src=" HTTPS://a.example/p.png">`, true},
		{"picture without scheme", `<img src="//a.example/p.png">`, true},
		{"our picture in a table", `<table><tr><td><img src="/attachments/token/x/"></td></tr></table>`, false},
		{"picture that is no file of ours", `<img src="/api/v2/users/me">`, false},
		{"drawing", `<svg><script>alert(1)</script></svg>`, false},
		{"formula", `<math><p>a</p></math>`, false},
		{"deep", strings.Repeat("<div>", 100) + "a", false},
		{"long", "<p>" + strings.Repeat("x", 70_000) + "</p>", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := markup.BodyOf("", c.in, "fold"); !got.Framed || got.Markup != "" || got.Remote != c.remote {
				t.Errorf("got %+v, want it in a frame, remote pictures %v", got, c.remote)
			}
		})
	}
}
