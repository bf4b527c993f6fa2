package notify

import (
	"html"
	"strings"

	"interdesk/desk"
)

// Preview is what a layout makes of a letter that an account might send: for the admin who writes one.
func Preview(account desk.Account, brand string, l Layout) (page, text string) {
	return l.render(frame{
		html:       "<p>Hello Carla,</p><p>thank you for the pictures. The stripes come from the lens, not from the sensor: please send it to us, and we exchange it.</p><p>Ana</p>",
		text:       "Hello Carla,\n\nthank you for the pictures. The stripes come from the lens, not from the sensor: please send it to us, and we exchange it.\n\nAna",
		footerHTML: "Answer this message to add to your request.<br>" + html.EscapeString(brand) + ", request #1234", footerText: "Answer this message to add to your request.\n" + brand + ", request #1234",
		brand: brand, marker: "[#ya.0123456789]", accent: accentColor(account.Accent()), replies: true,
	})
}

// DefaultLayout is the layout of accounts that have none of their own, for who wants to begin with it.
func DefaultLayout() Layout { return Layout{}.withDefaults() }

// MaxLayout is how long a layout may be, in bytes, each of its two forms.
const MaxLayout = 64 << 10

// Check says what is wrong with a layout: it must have a place for the content, or letters say nothing.
func (l Layout) Check() desk.Faults {
	faults := desk.Faults{}
	for field, form := range map[string]string{"mail_html": l.HTML, "mail_text": l.Text} {
		switch {
		case form == "":
		case len(form) > MaxLayout:
			faults.Add(field, "TooLong", "Layout: is too long (64 KB at most)")
		case !strings.Contains(form, "{{content}}"):
			faults.Add(field, "InvalidValue", "Layout: must have {{content}} in it")
		}
	}
	return faults
}
