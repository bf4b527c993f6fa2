package configtext

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"interdesk/admin"
	"interdesk/desk"
	"interdesk/store"
)

// work is one export or application, inside its transaction.
type work struct {
	*Service
	tx      *store.Tx
	actor   *admin.Actor
	by      desk.Actor        // the same person, as agreements want to know them
	host    string            // at which the account answers
	secrets map[string]string // of webhooks, by name
	offers  map[*document]offer
	names   *names
	people  map[string]string // addresses by id, as far as they were asked for
	orgs    map[string]string // names of organizations by id, likewise

	doc      *document // at work
	problems []Problem
	failure  error // of the database
}

// begin opens the work of somebody in a transaction.
func (s *Service) begin(ctx context.Context, tx *store.Tx, me desk.User) (*work, error) {
	actor, err := s.Admin.As(ctx, tx, me)
	if err != nil {
		return nil, err
	}
	hosts, err := actor.Hosts(ctx) // for admins alone, as all of this is
	if err != nil {
		return nil, err
	}
	w := &work{Service: s, tx: tx, actor: actor, people: map[string]string{}, orgs: map[string]string{}}
	w.by = desk.Actor{ID: me.ID, Name: me.Name, Role: me.Role}
	if len(hosts) > 0 {
		w.host = hosts[0]
	}
	return w, nil
}

func (w *work) config() *desk.Config { return w.actor.Config }

// names tells what things are called, by kind: each has one name, and each name means one thing.
type names struct {
	byID   map[string]map[string]string
	byName map[string]map[string]string
	broken map[string]map[string]bool // names of files in which something is wrong: nobody is told twice
}

func newNames() *names {
	return &names{byID: map[string]map[string]string{}, byName: map[string]map[string]string{}, broken: map[string]map[string]bool{}}
}

// set gives a thing its name, unless the name is taken.
func (n *names) set(kind, id, name string) {
	if n.byID[kind] == nil {
		n.byID[kind], n.byName[kind] = map[string]string{}, map[string]string{}
	}
	if _, taken := n.byName[kind][name]; !taken {
		n.byID[kind][id], n.byName[kind][name] = name, id
	}
}

func (n *names) breakName(kind, name string) {
	if n.broken[kind] == nil {
		n.broken[kind] = map[string]bool{}
	}
	n.broken[kind][name] = true
}

var notInNames = regexp.MustCompile(`[\[\]{}\s]+`)

// nameOf is a title as a name: brackets and braces would not come back from the texts in which names stand.
func nameOf(title string) string {
	return strings.TrimSpace(notInNames.ReplaceAllString(title, " "))
}

// distinct gives the nth thing with a title, counted from 0, a name of its own.
func distinct(name string, n int) string {
	if n == 0 {
		return name
	}
	return fmt.Sprintf("%s #%d", name, n+1)
}

// The kinds of references that are no kinds of files.
const (
	refPerson       = "person"
	refOrganization = "organization"
	refBrand        = "brand"
	refChannel      = "channel"
)

// name is what a thing is called; its id where it has no name.
func (w *work) name(ctx context.Context, kind, id string) string {
	if id == "0" {
		return ""
	}
	switch kind {
	case refPerson:
		return w.personName(ctx, id)
	case refOrganization:
		return w.organizationName(ctx, id)
	case refBrand:
		if id == text(w.config().Brand.ID) {
			return defaultBrand
		}
		return id
	case refChannel:
		for name, n := range channels() {
			if id == strconv.Itoa(int(n)) {
				return name
			}
		}
		return id
	}
	if name, ok := w.names.byID[kind][id]; ok {
		return name
	}
	return id
}

// defaultBrand is the name of an account's one brand.
const defaultBrand = "default"

// channels are the ways in by names.
func channels() map[string]desk.Channel {
	return map[string]desk.Channel{"web": desk.ChannelWeb, "email": desk.ChannelMail, "api": desk.ChannelAPI, "rule": desk.ChannelRule, "merge": desk.ChannelMerge,
		"batch": desk.ChannelBatch, "follow_up": desk.ChannelClosed, "sharing": desk.ChannelSharing, "delivery": desk.ChannelDelivery}
}

func (w *work) personName(ctx context.Context, id string) string {
	if name, ok := w.people[id]; ok {
		return name
	}
	name := id
	if n := number(id); n > 0 {
		if u, err := w.tx.User(ctx, desk.UserID(n)); err == nil && u.Email != "" && u.Active {
			name = u.Email
		}
	}
	w.people[id] = name
	return name
}

func (w *work) organizationName(ctx context.Context, id string) string {
	if name, ok := w.orgs[id]; ok {
		return name
	}
	name := id
	if n := number(id); n > 0 {
		if o, err := w.tx.Organization(ctx, desk.OrganizationID(n)); err == nil {
			name = o.Name
		}
	}
	w.orgs[id] = name
	return name
}

// id finds what a name means; the message says why it means nothing.
func (w *work) id(ctx context.Context, kind, name string) (id, message string) {
	switch kind {
	case refPerson:
		return w.lookup(name, "person has the address", func() (int64, error) {
			u, err := w.tx.UserByAddress(ctx, name)
			return int64(u.ID), err
		})
	case refOrganization:
		return w.lookup(name, "organization has the name", func() (int64, error) {
			o, err := w.tx.OrganizationByName(ctx, name)
			return int64(o.ID), err
		})
	case refBrand:
		if name == defaultBrand {
			return text(w.config().Brand.ID), ""
		}
	case refChannel:
		if n, ok := channels()[name]; ok {
			return strconv.Itoa(int(n)), ""
		}
	}
	if id, ok := w.names.byName[kind][name]; ok {
		return id, ""
	}
	if w.names.broken[kind][name] {
		return "", ""
	}
	if number(name) > 0 {
		return name, "" // of what has no name
	}
	return "", fmt.Sprintf("there is no %s %q; %s", kind, name, w.known(kind))
}

func (w *work) lookup(name, what string, find func() (int64, error)) (id, message string) {
	n, err := find()
	switch {
	case err == nil:
		return text(n), ""
	case number(name) > 0:
		return name, ""
	case desk.KindOf(err) == desk.NotFound:
		return "", fmt.Sprintf("no %s %q", what, name)
	}
	w.failure = err
	return "", ""
}

// mostNamed is how many names an error lists.
const mostNamed = 15

// known says what there is of a kind.
func (w *work) known(kind string) string {
	var all []string
	switch kind {
	case refBrand:
		all = []string{defaultBrand}
	case refChannel:
		for name := range channels() {
			all = append(all, name)
		}
	}
	for name := range w.names.byName[kind] {
		all = append(all, name)
	}
	return listed(all)
}

func listed(all []string) string {
	slices.Sort(all)
	switch {
	case len(all) == 0:
		return "there is none"
	case len(all) > mostNamed:
		return fmt.Sprintf("there are %s and %d more", strings.Join(all[:mostNamed], ", "), len(all)-mostNamed)
	}
	return "there are: " + strings.Join(all, ", ")
}

// idOrFault is the id of what the text at path names, noting a fault where that is nothing. "" is nothing.
func (w *work) idOrFault(ctx context.Context, kind, name, path string) int64 {
	if name == "" {
		return 0
	}
	return number(w.idAt(ctx, kind, name, path))
}

// idAt is the id of what the text at path names, noting a fault where that is nothing; "" then.
func (w *work) idAt(ctx context.Context, kind, name, path string) string {
	id, message := w.id(ctx, kind, name)
	if message != "" {
		w.fault(path, message)
	}
	if id == "" {
		w.doc.broken = true // also where the fault is another file's
		w.doc.faulty = append(w.doc.faulty, place(path))
	}
	return id
}

// fault notes what is wrong with the document at work, at a path in it such as "conditions.all[2].value".
func (w *work) fault(path, message string) {
	w.doc.broken = true
	w.doc.faulty = append(w.doc.faulty, place(path))
	w.problems = append(w.problems, w.doc.problemAt(path, message))
}

// place is the condition or action in which a path ends, or its key.
func place(path string) string {
	if end := strings.LastIndexByte(path, ']'); end >= 0 {
		return path[:end+1]
	}
	return path
}

// alsoWrong tells whether something is wrong with the document at work already. Then it notes what a check finds beside that.
func (w *work) alsoWrong(check error) bool {
	if !w.doc.broken {
		return false
	}
	known, before := slices.Clone(w.doc.faulty), len(w.problems)
	_ = w.refused(check)
	found := slices.Clone(w.problems[before:])
	places := w.doc.faulty[len(known):]
	w.problems = w.problems[:before]
	for i, p := range found {
		if !slices.Contains(known, places[i]) {
			w.problems = append(w.problems, p)
		}
	}
	return true
}

var inMessage = regexp.MustCompile(`^(?:Conditions: |Actions: )?(?:(all|any)\[(\d+)\](?:\.(field|operator|value))?|actions\[(\d+)\]): `)

// refused notes what a room refuses of the document at work. What is no refusal is handed back.
func (w *work) refused(err error) error {
	var e *desk.Error
	if err == nil || !errors.As(err, &e) || e.Kind == desk.Internal || e.Kind == desk.Unavailable {
		return err
	}
	if len(e.Details) == 0 {
		w.fault("", e.Message)
	}
	for field, details := range e.Details {
		for _, d := range details {
			path, message := field, d.Message
			if at := inMessage.FindStringSubmatch(message); at != nil {
				message = strings.TrimPrefix(message, at[0])
				path = w.doc.branch() + "." + at[1] + "[" + at[2] + "]." + at[3]
				if at[4] != "" {
					path = "actions[" + at[4] + "].value"
				}
			}
			w.fault(strings.TrimSuffix(path, "."), message)
		}
	}
	return nil
}

// branch is the key under which the document's conditions stand.
func (d *document) branch() string {
	if d.kind.name == kindPolicy {
		return "filter"
	}
	return "conditions"
}

func text[T ~int64](id T) string { return strconv.FormatInt(int64(id), 10) }

// number reads an id; 0 for what is none.
func number(id string) int64 {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || n <= 0 {
		return 0
	}
	return n
}

// document is one file.
type document struct {
	kind   *kind
	path   string
	raw    []byte
	root   *yaml.Node // its mapping
	text   any        // a pointer to the text's struct
	name   string
	id     string   // of the record that it is about, once there is one
	unread bool     // it could not be read wholly
	broken bool     // something is wrong with it, and has been said
	faulty []string // where
}

// problemAt is a problem at a path, or as far as the path leads.
func (d *document) problemAt(path, message string) Problem {
	n := d.root
	for part := range strings.FieldsFuncSeq(path, func(r rune) bool { return strings.ContainsRune(".[]", r) }) {
		next := child(n, part)
		if next == nil {
			break
		}
		n = next
	}
	return Problem{File: d.path, Line: n.Line, Column: n.Column, Message: message}
}

func child(n *yaml.Node, part string) *yaml.Node {
	switch n.Kind {
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == part {
				return n.Content[i+1]
			}
		}
	case yaml.SequenceNode:
		if i, err := strconv.Atoi(part); err == nil && i < len(n.Content) {
			return n.Content[i]
		}
	}
	return nil
}

// member reads a text's member by its key; "" where it has none.
func member(text any, name string) string {
	v := reflect.ValueOf(text).Elem()
	for _, k := range keysOf(v.Type()) {
		if k.name == name {
			return v.Field(k.index).String()
		}
	}
	return ""
}
