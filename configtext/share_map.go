package configtext

import "interdesk/desk"

// mapTextOf is a map as a text; nil where everything travels as it stands.
func mapTextOf(m *desk.ShareMap) *mapText {
	if m.IsEmpty() {
		return nil
	}
	t := &mapText{Customers: string(m.Customers)}
	for _, d := range m.Redaction {
		t.Redaction = append(t.Redaction, detectorText{d.Kind, d.Name, d.Pattern, string(d.Action)})
	}
	if f := m.Files; !f.IsZero() {
		t.Files = &filesText{f.None, f.Types, int(f.MaxSize)}
	}
	if g := m.Tags; !g.IsZero() {
		t.Tags = &tagsText{g.Allow, g.Prefix, g.Rename}
	}
	for _, f := range m.Fields {
		t.Fields = append(t.Fields, fieldMapText{f.Field, f.As, f.Values, f.Default, f.Constant, f.NotSent, string(f.Owner)})
	}
	return t
}

// shareMap is a text as a map.
func (t *mapText) shareMap() (m desk.ShareMap) {
	if t == nil {
		return m
	}
	m.Customers = desk.CustomerName(t.Customers)
	for _, d := range t.Redaction {
		m.Redaction = append(m.Redaction, desk.Detector{Kind: d.Kind, Name: d.Name, Pattern: d.Pattern, Action: desk.DetectorAction(d.Action)})
	}
	if t.Files != nil {
		m.Files = desk.FilesMap{None: t.Files.None, Types: t.Files.Types, MaxSize: int64(t.Files.MaxSize)}
	}
	if t.Tags != nil {
		m.Tags = desk.TagsMap{Allow: t.Tags.Allow, Prefix: t.Tags.Prefix, Rename: t.Tags.Rename}
	}
	for _, f := range t.Fields {
		m.Fields = append(m.Fields, desk.FieldMap{Field: f.Field, As: f.As, Values: f.Values, Default: f.Default, Constant: f.Constant, NotSent: f.NotSent, Owner: desk.FieldOwner(f.Owner)})
	}
	return m
}
