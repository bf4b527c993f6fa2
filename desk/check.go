package desk

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// The Check methods find everything that is wrong with a record by itself, whatever else the desk holds, and bring
// addresses, domains and tags into their one form. Whether what the record names exists is for others to say.

// Check of an account is about its subdomain, name and time zone.
func (a *Account) Check() Faults {
	faults := Faults{}
	if !ValidSubdomain(a.Subdomain) {
		faults.Add("subdomain", "InvalidValue", "Subdomain: use 1 to 63 small letters, digits and inner hyphens")
	}
	faults.CheckName("name", a.Name)
	if _, err := time.LoadLocation(a.TimeZone); err != nil {
		faults.Add("time_zone", "InvalidValue", "Time zone: is not a name such as Europe/Berlin")
	}
	if d := a.Settings.SuspendedDays; d < 0 || d > MaxSuspendedDays {
		faults.Add("suspended_days", "InvalidValue", fmt.Sprintf("Suspended days: must be between 1 and %d", MaxSuspendedDays))
	}
	a.checkSurvey(faults)
	return faults
}

// Check of a user is about name, address, role, tags and the length of texts.
func (u *User) Check() Faults {
	faults := Faults{}
	u.Name = PlainName(u.Name)
	faults.CheckName("name", u.Name)
	if u.Email != "" {
		address, ok := NormalizeEmail(u.Email)
		if !ok {
			faults.Add("email", "InvalidValue", "Email: "+u.Email+" is not properly formatted")
		}
		u.Email = address
	}
	if !u.Role.Valid() {
		faults.Add("role", "InvalidValue", "Role: must be end-user, agent or admin")
	}
	if u.Foreign != 0 && (u.Email != "" || u.Role != EndUser) {
		faults.Add("base", "InvalidValue", "A person of a partner has no address here and is an end user")
	}
	u.Tags = NormalizeTags(u.Tags)
	faults.CheckTags(u.Tags)
	faults.checkLength("alias", u.Alias, MaxName)
	faults.checkLength("phone", u.Phone, MaxName)
	faults.checkLength("external_id", u.ExternalID, MaxExternalID)
	faults.checkLength("details", u.Details, MaxNotes)
	faults.checkLength("notes", u.Notes, MaxNotes)
	faults.checkLength("signature", u.Signature, MaxNotes)
	return faults
}

// Check of an organization is about name, domains, tags and the length of texts.
func (o *Organization) Check() Faults {
	faults := Faults{}
	faults.CheckName("name", o.Name)
	for i, d := range o.DomainNames {
		d = strings.ToLower(strings.TrimSpace(d))
		o.DomainNames[i] = d
		if d == "" || strings.ContainsAny(d, " \t\n") {
			faults.Add("domain_names", "InvalidValue", "Domain names: "+d+" is not a domain")
		}
	}
	o.Tags = NormalizeTags(o.Tags)
	faults.CheckTags(o.Tags)
	faults.checkLength("external_id", o.ExternalID, MaxExternalID)
	faults.checkLength("details", o.Details, MaxNotes)
	faults.checkLength("notes", o.Notes, MaxNotes)
	return faults
}

// Check of a field is about its texts, its pattern, its tag and its options. Fields without options lose theirs.
func (f *TicketField) Check() Faults {
	faults := Faults{}
	faults.CheckName("title", f.Title)
	faults.checkLength("description", f.Description, MaxNotes)
	faults.checkLength("agent_description", f.AgentDescription, MaxNotes)
	faults.checkLength("title_in_portal", f.TitleInPortal, MaxName)
	if f.Type == FieldRegexp {
		if _, err := regexp.Compile(f.Regexp); err != nil || f.Regexp == "" {
			faults.Add("regexp_for_validation", "InvalidValue", "Regexp for validation: is not a regular expression")
		}
	}
	if f.Tag != "" {
		faults.checkOneTag("tag", &f.Tag)
	}
	f.checkOptions(faults)
	return faults
}

func (f *TicketField) checkOptions(faults Faults) {
	if !f.Type.HasOptions() {
		f.Options = nil
		return
	}
	if len(f.Options) > MaxOptions {
		faults.Add("custom_field_options", "TooManyValues", fmt.Sprintf("No more than %d options", MaxOptions))
	}
	seen := make(map[string]bool, len(f.Options))
	for i := range f.Options {
		o := &f.Options[i]
		if o.Name == "" || len(o.Name) > MaxName {
			faults.Add("custom_field_options", "InvalidValue", "Option: the name cannot be blank or longer than 255 bytes")
		}
		faults.checkOneTag("custom_field_options", &o.Value)
		if seen[o.Value] {
			faults.Add("custom_field_options", "DuplicateValue", "Option: the tag "+o.Value+" is used twice")
		}
		seen[o.Value] = true
	}
}

// PlainName is a name without the signs that turn the direction of what follows around (U+202A to U+202E, U+2066 to U+2069): with
// them it reads as another one.
func PlainName(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 {
			return -1
		}
		return r
	}, name)
}

// CheckName notes a name or title that is blank or too long.
func (f Faults) CheckName(field, name string) {
	if strings.TrimSpace(name) == "" {
		f.Add(field, "BlankValue", label(field)+": cannot be blank")
	}
	f.checkLength(field, name, MaxName)
}

// checkLength notes a text that is longer than limit bytes.
func (f Faults) checkLength(field, text string, limit int) {
	if len(text) > limit {
		f.Add(field, "TooLong", label(field)+": is too long")
	}
}

// label is how a sentence names a field.
func label(field string) string {
	return strings.ReplaceAll(strings.ToUpper(field[:1])+field[1:], "_", " ")
}

// CheckTags notes tags that are none, and too many of them.
func (f Faults) CheckTags(tags []string) {
	if len(tags) > MaxTags {
		f.Add("tags", "TooManyValues", "Tags: are too many")
	}
	for _, t := range tags {
		if !ValidTag(t) {
			f.Add("tags", "InvalidValue", "Tags: "+t+" is not a tag")
		}
	}
}

func (f Faults) checkOneTag(field string, tag *string) {
	normal := NormalizeTags([]string{*tag})
	if len(normal) != 1 || !ValidTag(normal[0]) {
		f.Add(field, "InvalidValue", fmt.Sprintf("%q is not a tag", *tag))
		return
	}
	*tag = normal[0]
}
