package rule

import (
	"fmt"
	"html"
	"strings"

	"interdesk/desk"
)

// satisfactionValue is how satisfied the requester is, and where they say so. Only the requester gets the address: whoever has it
// votes in their name.
func (w *PlaceholderValues) satisfactionValue(part string) (value, bool) {
	r := desk.Rating{}
	if w.Ticket != nil {
		r = w.Ticket.Rating
	}
	switch part {
	case "rating_url", "survey_url":
		return textValue(w.RatingURL), true
	case "positive_rating_url":
		return textValue(w.ratingURL(desk.Good)), true
	case "negative_rating_url":
		return textValue(w.ratingURL(desk.Bad)), true
	case "rating_section", "survey_section":
		return w.ratingSection(), true
	case "current_rating":
		return textValue(ratingWords(r.Score)), true
	case "current_comment":
		return textValue(r.Comment), true
	}
	return value{}, false
}

func (w *PlaceholderValues) ratingURL(s desk.Score) string {
	if w.RatingURL == "" {
		return ""
	}
	return w.RatingURL + "&score=" + string(s)
}

// ratingSection is both choices with their links.
func (w *PlaceholderValues) ratingSection() value {
	if w.RatingURL == "" {
		return value{}
	}
	var text, page []string
	for _, s := range [...]desk.Score{desk.Good, desk.Bad} {
		text = append(text, ratingWords(s)+": "+w.ratingURL(s))
		page = append(page, fmt.Sprintf(`<a href="%s">%s</a>`, html.EscapeString(w.ratingURL(s)), html.EscapeString(ratingWords(s))))
	}
	return value{text: strings.Join(text, "\n"), html: strings.Join(page, "<br>")}
}

// ratingWords are a rating as its requester would say it; "" while they have given none.
func ratingWords(s desk.Score) string {
	switch s.Plain() {
	case desk.Good:
		return "Good, I'm satisfied"
	case desk.Bad:
		return "Bad, I'm unsatisfied"
	}
	return ""
}
