package markup

import (
	"testing"

	"interdesk/desk"
)

func TestFoldsInFrames(t *testing.T) {
	t.Parallel()
	const open = `<details class="quoted"><summary><span aria-hidden="true">···</span> fold</summary>`
	for _, c := range []struct{ name, in, want string }{
		{"no quote", "<table><tbody><tr><td>a</td></tr></tbody></table>", "<table><tbody><tr><td>a</td></tr></tbody></table>"},
		{"a quote of the writer's own", "<blockquote>a</blockquote>", "<blockquote>a</blockquote>"},
		{"at the end", `a<blockquote type="cite">b</blockquote>`, "a" + open + `<blockquote type="cite">b</blockquote></details>`},
		{"within, with words after it", `<div>a<blockquote type="cite">b</blockquote>c<blockquote type="CITE">d</blockquote></div>`,
			"<div>a" + open + `<blockquote type="cite">b</blockquote></details>c` + open + `<blockquote type="CITE">d</blockquote></details></div>`},
		{"quotes in quotes are one fold", `<blockquote type="cite">a<blockquote type="cite">b</blockquote></blockquote>`,
			open + `<blockquote type="cite">a<blockquote type="cite">b</blockquote></blockquote></details>`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := foldCited(c.in, "fold"); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestFilesBeside(t *testing.T) {
	t.Parallel()
	c := desk.Comment{HTML: `<p><img src="/attachments/token/shown/?name=a.png"></p>`, Attachments: []desk.Attachment{
		{FileName: "shown.png", Inline: true, Token: "shown"}, {FileName: "unused.png", Inline: true, Token: "unused"}, {FileName: "file.pdf", Token: "shown"},
	}}
	got := FilesBeside(&c)
	if len(got) != 2 || got[0].FileName != "unused.png" || got[1].FileName != "file.pdf" {
		t.Errorf("got %v, want the file, and the picture that nothing shows", got)
	}
}
