// Package text is the one catalogue of what the web says. Pages never spell a sentence; they name it by a key, and the
// catalogue of the reader's language has the words.
//
// The catalogue of a language is the JSON files of its folder, one for each part of the web, an object of keys and texts:
//
//	"ticket.reply": "Reply"                                  T(ctx, "ticket.reply")
//	"views.moved": "Moved {0} to {1}"                        T(ctx, "views.moved", title, group)
//	"views.selected": {"one": "{0} ticket", "other": "{0} tickets"}   N(ctx, "views.selected", 3)
//
// A text's {0}, {1}… are replaced by the arguments, as text: they are escaped, like all other text, where a page shows
// them. Which plural form a number takes is the language's own matter (CLDR). To translate, copy the folder en under the
// name of the language and write its texts; a key that is missing there falls back to English.
package text

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

//go:embed en
var files embed.FS

// Catalogue is all texts of one language.
type Catalogue struct {
	tag   language.Tag
	forms map[string]map[string]string // key → plural form ("other" for a text that does not count) → text
}

// Load reads the catalogue of a language, such as "en".
func Load(name string) (*Catalogue, error) {
	tag, err := language.Parse(name)
	if err != nil {
		return nil, fmt.Errorf("language %s: %w", name, err)
	}
	c := &Catalogue{tag: tag, forms: map[string]map[string]string{}}
	parts, err := fs.Glob(files, path.Join(name, "*.json"))
	if err != nil {
		return nil, err
	}
	for _, part := range parts {
		if err := c.read(part); err != nil {
			return nil, fmt.Errorf("%s: %w", part, err)
		}
	}
	return c, nil
}

func (c *Catalogue) read(part string) error {
	raw, err := files.ReadFile(part)
	if err != nil {
		return err
	}
	var texts map[string]json.RawMessage
	if err := json.Unmarshal(raw, &texts); err != nil {
		return err
	}
	for key, value := range texts {
		if c.forms[key] != nil {
			return fmt.Errorf("%s stands in two files", key)
		}
		forms := map[string]string{}
		var plain string
		if json.Unmarshal(value, &plain) == nil {
			forms["other"] = plain
		} else if err := json.Unmarshal(value, &forms); err != nil || forms["other"] == "" {
			return fmt.Errorf(`%s must be a text or an object with "other"`, key)
		}
		c.forms[key] = forms
	}
	return nil
}

// Has tells whether the catalogue knows a key.
func (c *Catalogue) Has(key string) bool { return c.forms[key] != nil }

// Keys are all keys of the catalogue.
func (c *Catalogue) Keys() []string {
	keys := make([]string, 0, len(c.forms))
	for k := range c.forms {
		keys = append(keys, k)
	}
	return keys
}

// Say gives the text of a key; the key itself where there is none.
func (c *Catalogue) Say(key string, args ...any) string { return c.fill(key, "other", args) }

// Count gives the text of a key in the form that n takes; {0} is n.
func (c *Catalogue) Count(key string, n int, args ...any) string {
	form := "other"
	if digits := strconv.Itoa(max(n, -n)); len(digits) < 9 {
		form = formName(plural.Cardinal.MatchPlural(c.tag, max(n, -n), 0, 0, 0, 0))
	}
	return c.fill(key, form, append([]any{n}, args...))
}

func formName(f plural.Form) string {
	return [...]string{plural.Other: "other", plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many"}[f]
}

func (c *Catalogue) fill(key, form string, args []any) string {
	forms := c.forms[key]
	if forms == nil {
		return key
	}
	s, ok := forms[form]
	if !ok {
		s = forms["other"]
	}
	if len(args) == 0 || !strings.Contains(s, "{") {
		return s
	}
	var b strings.Builder
	for {
		before, rest, open := strings.Cut(s, "{")
		b.WriteString(before)
		if !open {
			return b.String()
		}
		number, after, closed := strings.Cut(rest, "}")
		i, err := strconv.Atoi(number)
		if closed && err == nil && i >= 0 && i < len(args) {
			fmt.Fprint(&b, args[i])
			s = after
			continue
		}
		b.WriteByte('{')
		s = rest
	}
}

type catalogueKey struct{}

// With gives a request's context the catalogue of its reader's language.
func With(ctx context.Context, c *Catalogue) context.Context {
	return context.WithValue(ctx, catalogueKey{}, c)
}

// From is the catalogue of a context; an empty one, which says keys, where there is none.
func From(ctx context.Context) *Catalogue {
	if c, ok := ctx.Value(catalogueKey{}).(*Catalogue); ok {
		return c
	}
	return &Catalogue{}
}

// T is the text of a key in the reader's language.
func T(ctx context.Context, key string, args ...any) string { return From(ctx).Say(key, args...) }

// N is the text of a key in the form that n takes; {0} is n, the arguments follow.
func N(ctx context.Context, key string, n int, args ...any) string {
	return From(ctx).Count(key, n, args...)
}
