package api

import (
	"slices"
	"strconv"
	"strings"

	"interdesk/desk"
)

func localeRoutes() []route {
	return []route{
		{"GET", "/locales", anyone, (*call).listLocales},
		{"GET", "/locales/public", anyone, (*call).listLocales},
		{"GET", "/locales/agent", anyone, (*call).listLocales},
		{"GET", "/locales/current", anyone, (*call).currentLocale},
		{"GET", "/locales/{id}", anyone, (*call).showLocale},
	}
}

// localeJSON is a language in which people can be served.
type localeJSON struct {
	URL       string `json:"url"`
	ID        int64  `json:"id"`
	Locale    string `json:"locale"`
	Name      string `json:"name"`
	CreatedAt string `json:"created_at"`
	UpdatedAt string `json:"updated_at"`
}

// locales lists the languages by the numbers that clients know them by.
func locales() []localeJSON {
	all := desk.Languages()
	out := make([]localeJSON, len(all))
	for i, l := range all {
		out[i] = localeJSON{ID: l.ID, Locale: l.Tag, Name: l.Name}
	}
	return out
}

// localeOf finds a language by its tag; what is not listed counts as the first.
func localeOf(tag string) localeJSON {
	all := locales()
	if i := slices.IndexFunc(all, func(l localeJSON) bool { return strings.EqualFold(l.Locale, tag) }); i >= 0 {
		return all[i]
	}
	return all[0]
}

// readLocale finds the language that a request names by tag or number. What is none is for others to refuse.
func readLocale(tag textInput, id numberInput) string {
	for _, l := range locales() {
		if tag.set && strings.EqualFold(l.Locale, tag.v) || !tag.set && l.ID == id.v {
			return l.Locale
		}
	}
	if !tag.set && id.v != 0 {
		return strconv.FormatInt(id.v, 10)
	}
	return tag.v
}

// datedLocale fills in what depends on the request. The languages come with the program and never change.
func (c *call) datedLocale(l localeJSON) localeJSON {
	l.URL = c.url("locales", l.ID)
	l.CreatedAt, l.UpdatedAt = "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"
	return l
}

func (c *call) listLocales() error {
	all := locales()
	for i := range all {
		all[i] = c.datedLocale(all[i])
	}
	return c.ok(object{{"locales", all}, {"next_page", nil}, {"previous_page", nil}, {"count", len(all)}})
}

func (c *call) currentLocale() error {
	return c.ok(objectOf("locale", c.datedLocale(localeOf(c.user.Locale))))
}

func (c *call) showLocale() error {
	for _, l := range locales() {
		if id := c.r.PathValue("id"); strings.EqualFold(l.Locale, id) || strconv.FormatInt(l.ID, 10) == id {
			return c.ok(objectOf("locale", c.datedLocale(l)))
		}
	}
	return desk.Missing()
}
