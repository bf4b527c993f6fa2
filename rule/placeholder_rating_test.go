package rule

import (
	"testing"

	"interdesk/desk"
)

func TestRatingPlaceholders(t *testing.T) {
	t.Parallel()
	asked := &PlaceholderValues{Config: acme(), Ticket: &desk.Ticket{}, RatingURL: "https://acme.test/r?link=a"}
	rated := &PlaceholderValues{Config: acme(), Ticket: &desk.Ticket{Rating: desk.Rating{Score: desk.BadWithComment, Comment: "<b>slow</b> {{ticket.id}}"}}}
	for name, test := range map[string]struct {
		values   *PlaceholderValues
		format   Format
		template string
		want     string
	}{
		"plain": {asked, Plain, "{{satisfaction.rating_section}}",
			"Good, I'm satisfied: https://acme.test/r?link=a&score=good\nBad, I'm unsatisfied: https://acme.test/r?link=a&score=bad"},
		"in HTML": {asked, HTML, "{{satisfaction.survey_section}}",
			`<a href="https://acme.test/r?link=a&amp;score=good">Good, I&#39;m satisfied</a><br><a href="https://acme.test/r?link=a&amp;score=bad">Bad, I&#39;m unsatisfied</a>`},
		"the addresses":       {asked, Plain, "{{satisfaction.rating_url}} {{satisfaction.negative_rating_url}}", "https://acme.test/r?link=a https://acme.test/r?link=a&score=bad"},
		"who cannot rate":     {rated, Plain, "{{satisfaction.rating_section}}{{satisfaction.rating_url}}{{satisfaction.positive_rating_url}}|", "|"},
		"what was said":       {rated, Plain, "{{satisfaction.current_rating}}: {{satisfaction.current_comment}}", "Bad, I'm unsatisfied: <b>slow</b> {{ticket.id}}"},
		"what was said, HTML": {rated, HTML, "{{satisfaction.current_comment}}", "&lt;b&gt;slow&lt;/b&gt; {{ticket.id}}"},
		"nothing was said":    {asked, Plain, "{{satisfaction.current_rating}}{{satisfaction.current_comment}}|", "|"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := Fill(test.template, test.values, test.format, 10_000); got != test.want {
				t.Errorf("%q gives\n%s\nwant\n%s", test.template, got, test.want)
			}
		})
	}
}
