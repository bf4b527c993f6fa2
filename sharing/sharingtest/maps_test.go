package sharingtest_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"interdesk/desk"
	"interdesk/sharing/redaction"
	"interdesk/sharing/sharingtest"
)

func setMap(t *testing.T, o *sharingtest.Office, id desk.AgreementID, m desk.ShareMap) {
	t.Helper()
	_, err := o.Agreements.SetMap(t.Context(), o.Account.ID, o.Admin, id, m)
	sharingtest.Check(t, err)
}

// Whatever the maps of two desks, an update takes two messages at most, nothing hidden leaves, and in the words in which it was
// said both have the same.
func TestMapsConverge(t *testing.T) {
	n := sharingtest.NewNetwork()
	sharingtest.Each(t, func(t *testing.T, acme, kongen *sharingtest.Office) {
		titles := []string{"Alpha", "Beta", "Gamma"}
		fields := map[*sharingtest.Office]map[string]desk.FieldID{acme: {}, kongen: {}}
		for o := range fields {
			for _, title := range titles {
				fields[o][title] = o.AddField(desk.TicketField{Title: title, Type: desk.FieldText})
			}
		}
		out, in := acme.Link(kongen, sharingtest.FullTerms())
		rapid.Check(t, func(r *rapid.T) {
			setMap(t, acme, out, drawMap(r, "acme"))
			setMap(t, kongen, in, drawMap(r, "kongen"))
			id := acme.OpenTicket("Dark ana@example.org", "It is dark")
			acme.Share(id, out)
			acme.WaitForJobs()
			share := acme.ShareOf(id, out)
			copied := kongen.CopyOf(share.UUID)
			for range rapid.IntRange(1, 4).Draw(r, "steps") {
				o, at := acme, id
				if rapid.Bool().Draw(r, "theirs") {
					o, at = kongen, copied
				}
				before := len(acme.Timeline(id, share.ID))
				o.Edit(at, func(e *desk.Edits) { drawEdit(r, e, fields[o]) })
				for range 2 {
					acme.WaitForJobs()
					kongen.WaitForJobs()
				}
				if said := len(acme.Timeline(id, share.ID)) - before; said > 2 {
					r.Fatalf("%d messages", said)
				}
			}
			for _, secret := range []string{"ana@example.org", "case-17"} {
				if strings.Contains(strings.ToLower(n.Passed()), secret) {
					r.Fatalf("%s left", secret)
				}
			}
			ours, err := acme.Agreements.ShareDigest(t.Context(), acme.Account.ID, out, share.UUID)
			sharingtest.Check(t, err)
			theirs, err := kongen.Agreements.ShareDigest(t.Context(), kongen.Account.ID, in, share.UUID)
			sharingtest.Check(t, err)
			if ours.Digest != theirs.Digest {
				r.Fatalf("the desks differ:\n%+v\n%+v\n%+v\n%+v", acme.ShareOf(id, out), acme.ReadAgreement(out).Map, kongen.ShareOf(copied, in), kongen.ReadAgreement(in).Map)
			}
		})
	}, func(c *sharingtest.Config) { c.Network = n })
}

// drawMap is a map of fields that each have three values; it masks addresses and case numbers.
func drawMap(r *rapid.T, whose string) desk.ShareMap {
	m := desk.ShareMap{Redaction: []desk.Detector{{Kind: "email", Action: desk.ActionMask}, {Kind: redaction.OwnPattern, Name: "case", Pattern: "(?i)CASE-[0-9]+", Action: desk.ActionMask}}}
	m.Tags.Prefix = rapid.SampledFrom([]string{"", "x_"}).Draw(r, whose+" prefix")
	if rapid.Bool().Draw(r, whose+" renames") {
		m.Tags.Rename = map[string]string{"red": "rouge"}
	}
	names := rapid.Permutation([]string{"Alpha", "Beta", "Gamma"}).Draw(r, whose+" titles")
	for i, title := range []string{"Alpha", "Beta", "Gamma"} {
		f := desk.FieldMap{Field: title, As: names[i]}
		switch rapid.IntRange(0, 4).Draw(r, whose+" "+title) {
		case 0:
			f.Values = map[string]string{"1": "2", "2": "1"}
		case 1:
			f.Values, f.Default = map[string]string{"1": "one"}, "other"
		case 2:
			f.NotSent = true
		case 3:
			f.Owner = rapid.SampledFrom([]desk.FieldOwner{desk.OwnerOurs, desk.OwnerTheirs}).Draw(r, whose+" owner")
		}
		m.Fields = append(m.Fields, f)
	}
	return m
}

func drawEdit(r *rapid.T, e *desk.Edits, fields map[string]desk.FieldID) {
	switch rapid.IntRange(0, 3).Draw(r, "edit") {
	case 0:
		subject := rapid.SampledFrom([]string{"Dark", "Grey", "Grey ana@example.org", "Case-17 of ana@example.org"}).Draw(r, "subject")
		e.Subject = &subject
	case 1:
		e.AddTags = []string{rapid.SampledFrom([]string{"red", "green", "x_red", "rouge", "case-17"}).Draw(r, "tag")}
	case 2:
		e.RemoveTags = []string{rapid.SampledFrom([]string{"red", "green", "x_red", "rouge"}).Draw(r, "untag")}
	default:
		title := rapid.SampledFrom(slices.Sorted(maps.Keys(fields))).Draw(r, "field")
		e.Fields = map[desk.FieldID][]string{fields[title]: {rapid.SampledFrom([]string{"1", "2", "3", "one", "", "to ana@example.org"}).Draw(r, "value")}}
	}
}
