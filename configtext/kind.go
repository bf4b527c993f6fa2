package configtext

import (
	"context"
	"reflect"
)

// The kinds of things that stand in files, as sentences name them.
const (
	kindGroup             = "group"
	kindSchedule          = "schedule"
	kindField             = "ticket field"
	kindUserField         = "user field"
	kindOrganizationField = "organization field"
	kindForm              = "form"
	kindOutbound          = "agreement"
	kindInbound           = "inbound agreement"
	kindWebhook           = "webhook"
	kindAddress           = "support address"
	kindTrigger           = "trigger"
	kindAutomation        = "automation"
	kindMacro             = "macro"
	kindView              = "view"
	kindPolicy            = "policy"
)

// kind is how things of one kind are read and changed. Its functions take and give texts as pointers to their structs.
type kind struct {
	name   string
	folder string
	title  string // the key that names it
	text   reflect.Type

	load    func(ctx context.Context, w *work) ([]record, error)
	render  func(ctx context.Context, w *work, source any) any
	create  func(ctx context.Context, w *work, text any) (id string, err error)
	change  func(ctx context.Context, w *work, id string, text any) error
	remove  func(ctx context.Context, w *work, id string) error    // nil: they stay
	order   func(o *orderText) *[]string                           // nil: they have none
	reorder func(ctx context.Context, w *work, ids []string) error // of those that have one
	match   func(w *work, text any, all []record) *record          // finds the record of a text that is not known by its name; nil
	first   func(text any) bool                                    // texts that must come before others of their kind; nil: none
	isGone  func(text any) bool                                    // texts of things that are not made when they are missing; nil: none
}

// record is a thing as the account has it.
type record struct {
	id     string
	name   string
	source any // as the desk has it
}

// typed makes a kind of functions that know the types of record and text.
func typed[R, T any](k kind, list func(context.Context, *work) ([]R, error), id func(*R) string,
	render func(context.Context, *work, *R) T, create func(context.Context, *work, *T) (string, error), change func(context.Context, *work, string, *T) error) *kind {
	k.text = reflect.TypeFor[T]()
	k.load = func(ctx context.Context, w *work) ([]record, error) {
		all, err := list(ctx, w)
		out := make([]record, len(all))
		for i := range all {
			out[i] = record{id: id(&all[i]), source: &all[i]}
		}
		return out, err
	}
	k.render = func(ctx context.Context, w *work, source any) any {
		t := render(ctx, w, source.(*R))
		return &t
	}
	k.create = func(ctx context.Context, w *work, text any) (string, error) { return create(ctx, w, text.(*T)) }
	k.change = func(ctx context.Context, w *work, id string, text any) error { return change(ctx, w, id, text.(*T)) }
	return &k
}

// kinds are all kinds, each after those that its things name.
func kinds() []*kind {
	return []*kind{groups(), schedules(), fields(), userFields(), organizationFields(), forms(), outboundAgreements(), inboundAgreements(), webhooks(),
		addresses(), triggers(), automations(), macros(), views(), policies()}
}

// setReference has a text say its name where that is not its title.
func setReference(k *kind, text any, name string) {
	v := reflect.ValueOf(text).Elem()
	for _, key := range keysOf(v.Type()) {
		if key.name == "reference" && nameOf(member(text, k.title)) != name {
			v.Field(key.index).SetString(name)
		}
	}
}

// ownName is the name that a text says it has.
func ownName(k *kind, text any) string {
	if name := member(text, "reference"); name != "" {
		return name
	}
	return nameOf(member(text, k.title))
}
