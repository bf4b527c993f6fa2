package condition

import "maps"

// Catalog is the set of fields conditions can ask about. It never changes; With makes a larger one, so that an
// account's own fields stand beside those every account has.
type Catalog struct {
	fields []Field
	byName map[string]int
}

// NewCatalog gathers fields. A later field of the same name replaces the earlier one at its place.
func NewCatalog(fields []Field) *Catalog {
	c := &Catalog{byName: make(map[string]int, len(fields))}
	c.add(fields)
	return c
}

// With is the catalog with further fields.
func (c *Catalog) With(extra ...Field) *Catalog {
	d := &Catalog{fields: append([]Field(nil), c.fields...), byName: maps.Clone(c.byName)}
	d.add(extra)
	return d
}

func (c *Catalog) add(fields []Field) {
	for _, f := range fields {
		f.OnlyAll = f.OnlyAll || f.Kind.isHours()
		if len(f.Operators) == 0 {
			f.Operators = f.Kind.Operators()
		}
		i, known := c.byName[f.Name]
		if known {
			c.fields[i] = f
		} else {
			i = len(c.fields)
			c.fields = append(c.fields, f)
		}
		for _, name := range append([]string{f.Name}, f.Aliases...) {
			c.byName[name] = i
		}
	}
}

// Field finds a field by its name or an alias.
func (c *Catalog) Field(name string) (Field, bool) {
	i, ok := c.byName[name]
	if !ok {
		return Field{}, false
	}
	return c.fields[i], true
}

// Fields are all fields in the order they were given.
func (c *Catalog) Fields() []Field { return append([]Field(nil), c.fields...) }

// Slots is one more than the highest slot: the length Facts.Now needs.
func (c *Catalog) Slots() int {
	n := 0
	for _, f := range c.fields {
		n = max(n, int(f.Slot)+1)
	}
	return n
}
