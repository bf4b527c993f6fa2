package desk

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"interdesk/calendar"
	"interdesk/condition"
	"interdesk/schedule"
)

// Config is how an account works at one version: what conditions, rules and drafts need to know, read once and shared by
// all updates until an admin changes something. It is never changed in place.
type Config struct {
	Account    Account
	Version    int64
	RuleSet    RuleSetID
	Brand      Brand
	Fields     []TicketField // by position
	Forms      []TicketForm
	Groups     []Group // not deleted
	Staff      map[UserID]StaffMember
	Agreements map[AgreementID]Agreement
	Addresses  []SupportAddress // the default first
	Webhooks   []Webhook        // by age, also those that are turned off
	Triggers   []Trigger        // active, in the order they run
	// PersonFields are the fields of people and organizations, each kind in its order.
	PersonFields []PersonField
	Schedules    []Schedule   // the default first
	Automations  []Automation // active, in the order they run
	Policies     []Policy     // of service levels, in the order they are tried
	Location     *time.Location

	fields    map[FieldID]int
	tagOwners map[string][]FieldID
	columns   []Column
	catalog   *condition.Catalog
	hours     map[ScheduleID]*schedule.Hours
}

// StaffMember is what drafts must know of an agent or admin.
type StaffMember struct {
	ID           UserID
	Name         string
	Email        string
	Role         Role
	DefaultGroup GroupID
	Groups       []GroupID
}

// BuildIndexes builds the indexes; it is called once, when all exported parts are set.
func (c *Config) BuildIndexes() *Config {
	if c.Location == nil {
		c.Location = time.UTC
	}
	c.fields = make(map[FieldID]int, len(c.Fields))
	c.tagOwners = map[string][]FieldID{}
	for i := range c.Fields {
		f := &c.Fields[i]
		c.fields[f.ID] = i
		if !f.Active {
			continue
		}
		if f.Type == FieldCheckbox && f.Tag != "" {
			c.tagOwners[f.Tag] = append(c.tagOwners[f.Tag], f.ID)
		}
		for _, o := range f.Options {
			c.tagOwners[o.Value] = append(c.tagOwners[o.Value], f.ID)
		}
	}
	c.hours = make(map[ScheduleID]*schedule.Hours, len(c.Schedules))
	for i := range c.Schedules {
		c.hours[c.Schedules[i].ID] = c.Schedules[i].Hours()
	}
	c.columns = newColumns(c.Fields)
	c.catalog = newCatalog(c)
	return c
}

// TagOwners are the active fields that have a tag for a choice.
func (c *Config) TagOwners(tag string) []FieldID { return c.tagOwners[tag] }

// Field finds a ticket field; nil when there is none.
func (c *Config) Field(id FieldID) *TicketField {
	i, ok := c.fields[id]
	if !ok {
		return nil
	}
	return &c.Fields[i]
}

// Catalog declares the fields that conditions of this account may speak of.
func (c *Config) Catalog() *condition.Catalog { return c.catalog }

// DefaultForm is the form of tickets that name none.
func (c *Config) DefaultForm() FormID {
	for _, f := range c.Forms {
		if f.Default {
			return f.ID
		}
	}
	return 0
}

// Midday is the middle of a day, YYYY-MM-DD, where the account is: when something is due on that day. It is zero for what is no day.
func (c *Config) Midday(day string) time.Time {
	d, ok := calendar.Parse(day)
	if !ok {
		return time.Time{}
	}
	return d.At(12*time.Hour, c.Location)
}

// Tomorrow is when the account's next day begins.
func (c *Config) Tomorrow(at time.Time) time.Time {
	return calendar.Of(at.In(c.Location)).End(c.Location)
}

// Group finds a group that is not deleted.
func (c *Config) Group(id GroupID) (Group, bool) {
	for _, g := range c.Groups {
		if g.ID == id {
			return g, true
		}
	}
	return Group{}, false
}

// InGroup tells whether a member of staff belongs to a group.
func (c *Config) InGroup(u UserID, g GroupID) bool {
	return slices.Contains(c.Staff[u].Groups, g)
}

func sortedStaff(c *Config) []StaffMember {
	return slices.SortedFunc(maps.Values(c.Staff), func(a, b StaffMember) int { return cmp.Compare(a.ID, b.ID) })
}

func sortedAgreements(c *Config) []Agreement {
	return slices.SortedFunc(maps.Values(c.Agreements), func(a, b Agreement) int { return cmp.Compare(a.ID, b.ID) })
}
