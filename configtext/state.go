package configtext

import (
	"bytes"
	"context"
	"reflect"
	"slices"

	"go.yaml.in/yaml/v3"

	"interdesk/desk"
)

// state is what an account has, by kind.
type state struct {
	kinds      []*kind
	records    map[string][]record // by the name of the kind, in their order
	categories []desk.TriggerCategory
}

// read reads the account anew, and names what it has.
func (w *work) read(ctx context.Context) (*state, error) {
	if err := w.actor.Reread(ctx); err != nil {
		return nil, err
	}
	s := &state{kinds: kinds(), records: map[string][]record{}}
	for _, k := range s.kinds {
		all, err := k.load(ctx, w)
		if err != nil {
			return nil, err
		}
		s.records[k.name] = all
	}
	var err error
	s.categories, err = w.actor.Categories(ctx)
	w.names = newNames()
	s.nameThem(ctx, w)
	return s, err
}

// nameThem gives everything its name: its title, and a number where that is taken.
func (s *state) nameThem(ctx context.Context, w *work) {
	for _, c := range s.categories {
		w.names.set(refCategory, text(c.ID), freeName(w.names, refCategory, nameOf(c.Name)))
	}
	for _, k := range s.kinds {
		all := s.records[k.name]
		for i := range all {
			title := nameOf(member(k.render(ctx, w, all[i].source), k.title))
			all[i].name = freeName(w.names, k.name, title)
			w.names.set(k.name, all[i].id, all[i].name)
			if h, ok := all[i].source.(*desk.Webhook); ok {
				w.nameTarget(h, all[i].name)
			}
		}
	}
}

func freeName(n *names, kind, name string) string {
	if name == "" {
		name = kind
	}
	for i := 0; ; i++ {
		free := distinct(name, i)
		if _, taken := n.byName[kind][free]; !taken {
			return free
		}
	}
}

// render is a record as a text, with the names at hand.
func (w *work) render(ctx context.Context, k *kind, r record) any {
	t := k.render(ctx, w, r.source)
	setReference(k, t, w.names.byID[k.name][r.id])
	return t
}

// canonical is a text as a file without comments.
func canonical(text any) []byte { return write(encode(reflect.ValueOf(text).Elem())) }

func write(n *yaml.Node) []byte {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(n); err != nil {
		return nil
	}
	_ = e.Close()
	return b.Bytes()
}

// order is the order of everything, by the names at hand.
func (s *state) order(w *work) *orderText {
	o := &orderText{}
	for _, c := range s.categories {
		o.Categories = append(o.Categories, w.names.byID[refCategory][text(c.ID)])
	}
	for _, k := range s.kinds {
		if k.order == nil {
			continue
		}
		for _, r := range s.records[k.name] {
			*k.order(o) = append(*k.order(o), w.names.byID[k.name][r.id])
		}
	}
	return o
}

// orderHashes are hashes of the lists of an order, by their keys.
func orderHashes(o *orderText) map[string]string {
	out := map[string]string{}
	v := reflect.ValueOf(o).Elem()
	for _, k := range keysOf(v.Type()) {
		out[k.name] = hash(write(encode(v.Field(k.index))))
	}
	return out
}

// record finds one by its id.
func (s *state) record(kind, id string) *record {
	all := s.records[kind]
	if at := slices.IndexFunc(all, func(r record) bool { return r.id == id }); at >= 0 {
		return &all[at]
	}
	return nil
}

// recordKey names a record of any kind.
type recordKey struct{ kind, id string }

// lock is the lock of a folder in which records stand in these files.
func (s *state) lock(ctx context.Context, w *work, folder string, paths map[recordKey]string) *lock {
	l := &lock{Folder: folder, Files: map[string]lockEntry{}, Order: orderHashes(s.order(w))}
	for _, k := range s.kinds {
		for _, r := range s.records[k.name] {
			if path, ok := paths[recordKey{k.name, r.id}]; ok {
				l.Files[path] = lockEntry{ID: r.id, Hash: hash(canonical(w.render(ctx, k, r)))}
			}
		}
	}
	return l
}
