package main

import (
	"context"
	"fmt"
	"net/url"
)

// searched is what the bench searches for, and how often a second eight clients should get it.
type searched struct {
	name, query string
	aim         float64
}

func searches() []searched {
	return []searched{
		{"a common word", "type:ticket stripes", 2000},
		{"a word of subjects", "type:ticket subject:stripes", 2000},
		{"two words, one of them rare", "type:ticket horizontal 100007", 5000},
		{"a phrase", `type:ticket "serial number 100007"`, 0},
		{"a beginning", "type:ticket stri*", 0},
		{"a status", "type:ticket status:new", 0},
		{"a tag", "type:ticket tags:product_7", 0},
		{"a status and a word", "type:ticket status:new horizontal", 0},
		{"the last day", "type:ticket created>1days", 0},
		{"people by name", "type:user customer", 10000},
	}
}

// searches measures the search of the API, among so many tickets.
func (b *bench) searches(ctx context.Context, e *engine, s *server, among int) error {
	if !b.wants(searchName) {
		return nil
	}
	if _, err := s.start(ctx); err != nil {
		return err
	}
	for _, one := range searches() {
		path := "/search?" + url.Values{"query": {one.query}, "per_page": {"30"}}.Encode()
		got, err := b.load(ctx, e, s, fmt.Sprintf("search: %s, of %d", one.name, among), func(ctx context.Context, _ int) error {
			return s.hit(ctx, "GET", path, nil)
		})
		if err != nil {
			return err
		}
		if one.aim > 0 {
			got = got.atLeast(one.aim)
		}
		b.report.add(got)
	}
	return s.stop()
}
