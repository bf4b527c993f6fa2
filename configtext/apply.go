package configtext

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"

	"go.yaml.in/yaml/v3"

	"interdesk/desk"
	"interdesk/store"
)

// Options say how a folder is applied.
type Options struct {
	DryRun  bool              // plan only
	Prune   bool              // delete what is in no file
	Secrets map[string]string // of webhooks, by name: of those that are new, or go to another server
}

// errUndone takes a transaction back that only had to show what would be done.
var errUndone = errors.New("nothing is to be done")

// Apply makes an account what a folder says, in one transaction. Where anything is wrong nothing is done, and the plan names all
// of it. With DryRun the very same is done and taken back.
func (s *Service) Apply(ctx context.Context, account desk.AccountID, me desk.User, f Folder, o Options) (Plan, error) {
	p := parse(f)
	offers := s.offers(ctx, account, p.docs)
	var plan Plan
	err := s.Store.Account(account).Write(ctx, func(tx *store.Tx) error {
		w, err := s.begin(ctx, tx, me)
		if err != nil {
			return err
		}
		w.secrets, w.offers, w.problems = o.Secrets, offers, slices.Clone(p.problems)
		for _, d := range p.docs {
			d.id, d.broken, d.faulty = "", d.unread, nil
		}
		a := &application{work: w, folder: p, options: o}
		if plan, err = a.run(ctx, f); err != nil {
			return err
		}
		if plan.Applied = !o.DryRun && len(plan.Problems) == 0; !plan.Applied {
			return errUndone
		}
		return nil
	})
	if errors.Is(err, errUndone) {
		err = nil
	}
	return plan, err
}

// application is one folder on its way into the account.
type application struct {
	*work
	folder  *parsed
	options Options
	locks   locks
	memory  memory
	before  *state
	hashes  map[recordKey]string // of everything as it stood before, by its own names
	order   map[string]string    // likewise of the lists of the order
	taken   map[recordKey]bool   // records that a file is about
	changes []Change
}

func (a *application) run(ctx context.Context, f Folder) (plan Plan, err error) {
	if err := a.tx.BumpConfigVersion(ctx); err != nil { // others who set the desk up wait
		return plan, err
	}
	if err := a.remember(ctx, f); err != nil {
		return plan, err
	}
	if a.before, err = a.read(ctx); err != nil {
		return plan, err
	}
	a.hash(ctx)
	a.match()
	a.rename()
	steps := [...]func(context.Context) error{a.makeCategories, a.write, a.prune, a.reorder}
	for _, step := range steps {
		err := step(ctx)
		if a.failure != nil {
			return plan, a.failure
		}
		if err != nil {
			if len(a.problems) > 0 {
				break // what follows a fault may fail for that alone
			}
			return plan, err
		}
	}
	sortProblems(a.problems)
	plan = Plan{Changes: a.changes, Problems: a.problems, Left: a.left()}
	if len(a.problems) == 0 && !a.options.DryRun {
		plan.Lock, err = a.keep(ctx)
	}
	return plan, err
}

func sortProblems(all []Problem) {
	slices.SortStableFunc(all, func(a, b Problem) int {
		if a.File != b.File {
			if a.File < b.File {
				return -1
			}
			return 1
		}
		return (a.Line-b.Line)*1000 + a.Column - b.Column
	})
}

// remember reads what is known of the folder.
func (a *application) remember(ctx context.Context, f Folder) error {
	a.locks, a.memory.own = readLocks(f), readLock(f, a.tx.Account())
	if !a.memory.exists() {
		return nil
	}
	raw, err := a.tx.AppliedConfig(ctx, a.memory.own.Folder)
	if err == nil && raw != "" {
		err = json.Unmarshal([]byte(raw), &a.memory.applied)
	}
	return err
}

func (a *application) hash(ctx context.Context) {
	a.hashes, a.order = map[recordKey]string{}, orderHashes(a.before.order(a.work))
	for _, k := range a.before.kinds {
		for _, r := range a.before.records[k.name] {
			a.hashes[recordKey{k.name, r.id}] = hash(canonical(a.render(ctx, k, r)))
		}
	}
}

// match finds which record each file is about: by the lock, else by its name, else by what it is.
func (a *application) match() {
	a.taken = map[recordKey]bool{}
	by := [...]func(d *document, all []record) *record{
		func(d *document, _ []record) *record { return a.before.record(d.kind.name, a.memory.id(d.path)) },
		func(d *document, all []record) *record {
			if at := slices.IndexFunc(all, func(r record) bool { return r.name == d.name }); at >= 0 {
				return &all[at]
			}
			return nil
		},
		func(d *document, all []record) *record {
			if d.kind.match == nil {
				return nil
			}
			return d.kind.match(a.work, d.text, all)
		},
	}
	for _, find := range by {
		for _, d := range a.folder.docs {
			if d.id != "" {
				continue
			}
			if r := find(d, a.before.records[d.kind.name]); r != nil && !a.taken[recordKey{d.kind.name, r.id}] {
				d.id = r.id
				a.taken[recordKey{d.kind.name, r.id}] = true
			}
		}
	}
}

// rename has names mean what they mean in the folder; what is in no file keeps its own where that is free.
func (a *application) rename() {
	old := a.names
	a.names = newNames()
	for id, name := range old.byID[refCategory] {
		a.names.set(refCategory, id, name)
	}
	for _, d := range a.folder.docs {
		switch {
		case d.unread:
			a.names.breakName(d.kind.name, d.name)
		case d.id != "":
			a.names.set(d.kind.name, d.id, d.name)
		}
	}
	for _, k := range a.before.kinds {
		for _, r := range a.before.records[k.name] {
			if !a.taken[recordKey{k.name, r.id}] {
				a.names.set(k.name, r.id, r.name)
			}
			if h, ok := r.source.(*desk.Webhook); ok {
				a.nameTarget(h, a.names.byID[k.name][r.id])
			}
		}
	}
}

// makeCategories makes the categories that order.yaml names and the account has not.
func (a *application) makeCategories(ctx context.Context) error {
	if a.folder.order == nil {
		return nil
	}
	a.doc = a.folder.order
	for i, name := range a.folder.order.text.(*orderText).Categories {
		if _, known := a.names.byName[refCategory][name]; known {
			continue
		}
		c := desk.TriggerCategory{Name: name}
		err := a.actor.CreateCategory(ctx, &c)
		if err != nil {
			a.fault(fmt.Sprintf("trigger_categories[%d]", i), "is no name for a category")
			if desk.KindOf(err) != desk.Invalid {
				return err
			}
			continue
		}
		a.names.set(refCategory, text(c.ID), name)
		a.changes = append(a.changes, Change{Action: Create, Kind: refCategory, Name: name, File: orderFile})
	}
	return nil
}

// write makes and changes what the files say, each kind after those that it names.
func (a *application) write(ctx context.Context) error {
	for _, k := range a.before.kinds {
		docs := slices.DeleteFunc(slices.Clone(a.folder.docs), func(d *document) bool { return d.kind.name != k.name })
		if k.first != nil {
			slices.SortStableFunc(docs, func(x, y *document) int {
				switch fx, fy := k.first(x.text), k.first(y.text); {
				case fx == fy:
					return 0
				case fx:
					return -1
				}
				return 1
			})
		}
		if err := a.writeKind(ctx, k, docs); err != nil {
			return err
		}
	}
	return nil
}

func (a *application) writeKind(ctx context.Context, k *kind, docs []*document) error {
	before := len(a.changes)
	for _, d := range docs {
		if a.doc = d; d.unread {
			continue
		}
		done := len(a.changes)
		err := a.writeOne(ctx, k, d)
		if err := a.refused(err); err != nil {
			return err
		}
		if d.broken {
			a.names.breakName(k.name, d.name)
		}
		if k.name == kindSchedule && len(a.changes) > done { // the first one is the default
			if err := a.actor.Reread(ctx); err != nil {
				return err
			}
		}
	}
	if len(a.changes) == before {
		return nil
	}
	return a.actor.Reread(ctx)
}

// writeOne makes or changes what one file is about.
func (a *application) writeOne(ctx context.Context, k *kind, d *document) error {
	if d.id == "" {
		return a.make(ctx, k, d)
	}
	r := a.before.record(k.name, d.id)
	now := a.render(ctx, k, *r)
	wanted := canonical(d.text)
	if bytes.Equal(canonical(now), wanted) {
		return nil
	}
	if key := (recordKey{k.name, d.id}); a.memory.exists() && a.memory.id(d.path) == d.id && !a.memory.saw(d.id, a.hashes[key]) {
		a.fault("", fmt.Sprintf("the %s %q was changed in the account since the export; export it again and bring both changes together. There it differs in: %s",
			k.name, r.name, detailPaths(differences(d.text, now))))
		return nil
	}
	a.changes = append(a.changes, Change{Update, k.name, d.name, d.path, differences(now, d.text)})
	if sameBut(now, d.text) {
		return nil // only what other files call it
	}
	return k.change(ctx, a.work, d.id, d.text)
}

func detailPaths(list []Detail) string {
	var out []string
	for _, d := range list {
		if !slices.Contains(out, d.Path) {
			out = append(out, d.Path)
		}
	}
	return cut(fmt.Sprint(out))
}

// sameBut tells whether two texts differ in their reference alone.
func sameBut(x, y any) bool {
	list := differences(x, y)
	return len(list) == 1 && list[0].Path == "reference"
}

func (a *application) make(ctx context.Context, k *kind, d *document) error {
	if id := a.memory.id(d.path); id != "" {
		a.fault("", fmt.Sprintf("the %s %q was deleted in the account since the export: delete the file, too, or give it another name to make it anew", k.name, d.name))
		return nil
	}
	if k.isGone != nil && k.isGone(d.text) {
		return nil
	}
	id, err := k.create(ctx, a.work, d.text)
	if err != nil || d.broken || id == "" {
		return err
	}
	d.id = id
	a.names.set(k.name, id, d.name)
	a.changes = append(a.changes, Change{Action: Create, Kind: k.name, Name: d.name, File: d.path})
	return nil
}

// prune deletes what is in no file: what names others before those.
func (a *application) prune(ctx context.Context) error {
	if !a.options.Prune {
		return nil
	}
	for _, k := range slices.Backward(a.before.kinds) {
		before := len(a.changes)
		for _, r := range a.before.records[k.name] {
			if k.remove == nil || a.taken[recordKey{k.name, r.id}] || staysAlways(r) {
				continue
			}
			if err := a.delete(ctx, k, r); err != nil {
				return err
			}
		}
		if len(a.changes) == before {
			continue
		}
		if err := a.actor.Reread(ctx); err != nil {
			return err
		}
	}
	return a.pruneCategories(ctx)
}

// staysAlways tells what every account has.
func staysAlways(r record) bool {
	f, ok := r.source.(*desk.TicketField)
	return ok && !f.Type.Custom()
}

func (a *application) delete(ctx context.Context, k *kind, r record) error {
	key := recordKey{k.name, r.id}
	a.doc = &document{kind: k, path: k.folder, root: &yaml.Node{}}
	switch {
	case a.memory.exists() && !a.memory.knows(r.id):
		a.fault("", fmt.Sprintf("the %s %q was made in the account since the export: export it before you prune", k.name, r.name))
		return nil
	case a.memory.exists() && !a.memory.saw(r.id, a.hashes[key]):
		a.fault("", fmt.Sprintf("the %s %q, which is in no file, was changed in the account since the export: export it again", k.name, r.name))
		return nil
	}
	before := len(a.problems)
	if err := a.refused(k.remove(ctx, a.work, r.id)); err != nil {
		return err
	}
	for i := before; i < len(a.problems); i++ {
		a.problems[i].Message = fmt.Sprintf("the %s %q, which is in no file, cannot be deleted: %s", k.name, r.name, a.problems[i].Message)
	}
	a.changes = append(a.changes, Change{Action: Delete, Kind: k.name, Name: r.name})
	a.taken[key] = true
	return nil
}

// pruneCategories deletes the categories that order.yaml does not name.
func (a *application) pruneCategories(ctx context.Context) error {
	if a.folder.order == nil {
		return nil
	}
	wanted := a.folder.order.text.(*orderText).Categories
	a.doc = a.folder.order
	for _, c := range a.before.categories {
		name := a.names.byID[refCategory][text(c.ID)]
		if slices.Contains(wanted, name) {
			continue
		}
		if err := a.refused(a.actor.DeleteCategory(ctx, c.ID)); err != nil {
			return err
		}
		a.changes = append(a.changes, Change{Action: Delete, Kind: refCategory, Name: name, File: orderFile})
	}
	return nil
}

// left is what the account has and no file.
func (a *application) left() (out []string) {
	for _, k := range a.before.kinds {
		for _, r := range a.before.records[k.name] {
			if !a.taken[recordKey{k.name, r.id}] && !staysAlways(r) && k.remove != nil {
				out = append(out, fmt.Sprintf("%s %q", k.name, r.name))
			}
		}
	}
	return out
}

// keep notes what was applied, for this folder and its copies, and gives the folder's new lock.
func (a *application) keep(ctx context.Context) ([]byte, error) {
	now, err := a.read(ctx)
	if err != nil {
		return nil, err
	}
	paths := map[recordKey]string{}
	for _, d := range a.folder.docs {
		if d.id != "" {
			paths[recordKey{d.kind.name, d.id}] = d.path
		}
	}
	folder := a.memory.own.Folder
	if folder == "" {
		folder = newFolder()
	}
	l := now.lock(ctx, a.work, folder, paths)
	a.keepOthers(now, l)
	raw, err := json.Marshal(l)
	if err != nil {
		return nil, err
	}
	return a.locks.with(a.tx.Account(), l), a.tx.KeepAppliedConfig(ctx, folder, string(raw))
}

// keepOthers has a lock go on remembering what is in no file any more, but in the account: it may be pruned later.
func (a *application) keepOthers(now *state, l *lock) {
	known := map[string]bool{}
	for _, e := range l.Files {
		known[e.ID] = true
	}
	for _, from := range [...]*lock{&a.memory.applied, &a.memory.own} {
		for name, e := range from.Files {
			k := kindOf(now.kinds, name)
			if _, taken := l.Files[name]; taken || known[e.ID] || k == nil || now.record(k.name, e.ID) == nil {
				continue
			}
			if h := a.hashes[recordKey{k.name, e.ID}]; a.memory.saw(e.ID, h) {
				e.Hash = h
			}
			l.Files[name], known[e.ID] = e, true
		}
	}
}

func kindOf(all []*kind, name string) *kind {
	at := slices.IndexFunc(all, func(k *kind) bool { return k.folder == path.Dir(name) })
	if at < 0 {
		return nil
	}
	return all[at]
}

// reorder puts everything into the order of order.yaml.
func (a *application) reorder(ctx context.Context) error {
	if a.folder.order == nil || len(a.problems) > 0 {
		return nil
	}
	a.doc = a.folder.order
	wanted := a.folder.order.text.(*orderText)
	if err := a.reorderCategories(ctx, wanted.Categories); err != nil {
		return err
	}
	for _, k := range a.before.kinds {
		if k.order == nil {
			continue
		}
		if err := a.reorderKind(ctx, k, *k.order(wanted)); err != nil {
			return err
		}
	}
	return nil
}

// listedIDs are the ids of the names in a list of order.yaml.
func (a *application) listedIDs(ctx context.Context, kind, key string, list []string) (ids []string) {
	for i, name := range list {
		path := fmt.Sprintf("%s[%d]", key, i)
		id, message := a.id(ctx, kind, name)
		switch {
		case message != "":
			a.fault(path, message)
		case id != "" && slices.Contains(ids, id):
			a.fault(path, fmt.Sprintf("%q stands here twice", name))
		case id != "":
			ids = append(ids, id)
		}
	}
	return ids
}

func (a *application) reorderCategories(ctx context.Context, list []string) error {
	ids := a.listedIDs(ctx, refCategory, "trigger_categories", list)
	before, err := a.actor.Categories(ctx)
	if err != nil || a.doc.broken {
		return err
	}
	if err := a.actor.ReorderCategories(ctx, idsOf[desk.CategoryID](ids)); err != nil {
		return a.refused(err)
	}
	after, err := a.actor.Categories(ctx)
	ids = nil
	for _, c := range before {
		ids = append(ids, text(c.ID))
	}
	var now []string
	for _, c := range after {
		now = append(now, text(c.ID))
	}
	a.noteOrder("trigger_categories", refCategory, ids, now)
	return err
}

func (a *application) reorderKind(ctx context.Context, k *kind, list []string) error {
	ids := a.listedIDs(ctx, k.name, k.folder, list)
	if a.doc.broken || len(ids) == 0 {
		return nil
	}
	before, err := k.load(ctx, a.work)
	if err != nil {
		return err
	}
	if err := k.reorder(ctx, a.work, ids); err != nil {
		return a.refused(err)
	}
	after, err := k.load(ctx, a.work)
	a.noteOrder(k.folder, k.name, recordIDs(before), recordIDs(after))
	return err
}

func recordIDs(list []record) []string {
	out := make([]string, len(list))
	for i, r := range list {
		out[i] = r.id
	}
	return out
}

// noteOrder notes that things stand in another order, unless that was changed since the export.
func (a *application) noteOrder(key, kind string, before, after []string) {
	if slices.Equal(before, after) {
		return
	}
	old := map[string]bool{}
	for _, r := range a.before.records[kind] {
		old[r.id] = true
	}
	if kind == refCategory {
		for _, c := range a.before.categories {
			old[text(c.ID)] = true
		}
	}
	isNew := func(id string) bool { return !old[id] }
	if slices.Equal(slices.DeleteFunc(slices.Clone(before), isNew), slices.DeleteFunc(slices.Clone(after), isNew)) {
		return // only what is new found its place
	}
	if a.memory.exists() && !a.memory.sawOrder(key, a.order[key]) {
		a.fault(key, "the order was changed in the account since the export; export it again and bring both together")
		return
	}
	name := func(ids []string) (out []string) {
		for _, id := range ids {
			out = append(out, a.names.byID[kind][id])
		}
		return out
	}
	a.changes = append(a.changes, Change{Reorder, kind, "", orderFile, []Detail{{key, cut(fmt.Sprintf("%q", name(before))), cut(fmt.Sprintf("%q", name(after)))}}})
}
