package configtext

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"interdesk/desk"
	"interdesk/store"
)

// Export writes an account as a folder.
func (s *Service) Export(ctx context.Context, account desk.AccountID, me desk.User) (Folder, error) {
	var out Folder
	err := s.Store.Account(account).Read(ctx, func(tx *store.Tx) error {
		w, err := s.begin(ctx, tx, me)
		if err != nil {
			return err
		}
		now, err := w.read(ctx)
		if err != nil {
			return err
		}
		out = w.export(ctx, now)
		return nil
	})
	return out, err
}

func (w *work) export(ctx context.Context, now *state) Folder {
	out, paths := Schemas(), map[recordKey]string{}
	for _, k := range now.kinds {
		for _, r := range now.records[k.name] {
			name := out.free(k.folder, slug(r.name, k.name))
			paths[recordKey{k.name, r.id}] = name
			out[name] = fileOf(w.render(ctx, k, r), schemaOfKind(k))
		}
	}
	out[orderFile] = fileOf(now.order(w), path.Join(schemaDir, orderSchema))
	out[lockFile] = readLocks(nil).with(w.tx.Account(), now.lock(ctx, w, newFolder(), paths))
	return out
}

func schemaOfKind(k *kind) string { return path.Join("..", schemaDir, k.folder+".json") }

// fileOf is a text as a new file, which tells editors its schema.
func fileOf(text any, schema string) []byte {
	return append([]byte("# yaml-language-server: $schema="+schema+"\n"), canonical(text)...)
}

// free is the path of a new file in a folder.
func (f Folder) free(dir, name string) string {
	for i := 0; ; i++ {
		if free := path.Join(dir, numbered(name, i)+".yaml"); f[free] == nil {
			return free
		}
	}
}

// Merged is an export as it goes into a folder that was there before.
type Merged struct {
	Folder  Folder   // all files of the export
	Removed []string // files of the folder that were about things that are gone
}

// Merge puts an export into the folder of an earlier one: files keep their names, and their comments; one that says the same
// stays as it is.
func Merge(before, export Folder) Merged {
	old, fresh := parse(before), parse(export)
	var account desk.AccountID
	var was, now lock
	for id, l := range readLocks(export).Accounts { // an export has one
		account, now, was = id, *l, readLock(before, id)
	}
	if was.Folder != "" {
		now.Folder = was.Folder
	}
	out := Folder{}
	for name, raw := range export {
		if isHidden(name) {
			out[name] = raw
		}
	}
	files, paths, taken := map[string]lockEntry{}, keptPaths(old, fresh, &was, &now), maps.Clone(before)
	if taken == nil {
		taken = Folder{}
	}
	for _, d := range fresh.docs {
		name := paths[d.path]
		if name == "" {
			name = taken.free(d.kind.folder, slug(d.name, d.kind.name))
		}
		out[name] = rewrite(before[name], d)
		taken[name] = out[name]
		files[name] = now.Files[d.path]
	}
	out[orderFile] = rewrite(before[orderFile], fresh.order)
	now.Files = files
	out[lockFile] = readLocks(before).with(account, &now)
	var removed []string
	for _, d := range old.docs {
		if _, ours := was.Files[d.path]; ours && out[d.path] == nil {
			removed = append(removed, d.path)
		}
	}
	return Merged{out, removed}
}

// keptPaths is in which file of the folder before each file of an export stands: the one of the same record, else that of the
// same name.
func keptPaths(old, fresh *parsed, was, now *lock) map[string]string {
	byRecord, byName := map[recordKey]string{}, map[recordKey]string{}
	for _, d := range old.docs {
		if e, ok := was.Files[d.path]; ok {
			byRecord[recordKey{d.kind.name, e.ID}] = d.path
		}
		byName[recordKey{d.kind.name, d.name}] = d.path
	}
	paths, used := map[string]string{}, map[string]bool{}
	for _, find := range [...]func(d *document) string{
		func(d *document) string { return byRecord[recordKey{d.kind.name, now.Files[d.path].ID}] },
		func(d *document) string { return byName[recordKey{d.kind.name, d.name}] },
	} {
		for _, d := range fresh.docs {
			if name := find(d); name != "" && paths[d.path] == "" && !used[name] {
				paths[d.path], used[name] = name, true
			}
		}
	}
	return paths
}

func numbered(name string, n int) string {
	if n == 0 {
		return name
	}
	return fmt.Sprintf("%s-%d", name, n+1)
}

// longestSlug is how long the name of a file is at most, without its ending.
const longestSlug = 60

// slug is a name as that of a file.
func slug(name, otherwise string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(name) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	s := b.String()
	s = strings.Trim(s[:min(len(s), longestSlug)], "-")
	if s == "" {
		return strings.ReplaceAll(otherwise, " ", "-")
	}
	return s
}

// rewrite writes what a file of an export says into the file that was there before, which stays as it is where it says the same.
func rewrite(before []byte, d *document) []byte {
	root, problem := parseNode(before)
	if before == nil || problem != nil {
		return d.raw
	}
	if says(root, d.text) {
		return before
	}
	var doc yaml.Node
	if yaml.Unmarshal(before, &doc) != nil {
		return d.raw
	}
	doc.Content = []*yaml.Node{mergeComments(doc.Content[0], encode(reflect.ValueOf(d.text).Elem()))}
	out := write(&doc)
	if root, problem := parseNode(out); problem != nil || !says(root, d.text) {
		return d.raw
	}
	return out
}

// says tells whether a file says what a text says.
func says(root *yaml.Node, text any) bool {
	v := reflect.New(reflect.TypeOf(text).Elem())
	fine := true
	d := decoder{problem: func(*yaml.Node, string) { fine = false }}
	d.decode(root, v.Elem(), key{})
	return fine && bytes.Equal(canonical(tidied(v.Interface())), canonical(text))
}

// mergeComments gives what is new the comments of what stood in its place.
func mergeComments(old, fresh *yaml.Node) *yaml.Node {
	fresh.HeadComment, fresh.LineComment, fresh.FootComment = old.HeadComment, old.LineComment, old.FootComment
	if old.Kind != fresh.Kind {
		return fresh
	}
	switch fresh.Kind {
	case yaml.ScalarNode:
		if old.Value == fresh.Value && old.Tag == fresh.Tag {
			fresh.Style = old.Style
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(fresh.Content); i += 2 {
			for j := 0; j+1 < len(old.Content); j += 2 {
				if old.Content[j].Value == fresh.Content[i].Value {
					mergeComments(old.Content[j], fresh.Content[i])
					mergeComments(old.Content[j+1], fresh.Content[i+1])
				}
			}
		}
	case yaml.SequenceNode:
		mergeLists(old, fresh)
	}
	return fresh
}

// mergeLists brings each item together with its like, those without with what stood at their place.
func mergeLists(old, fresh *yaml.Node) {
	was := lines(old)
	used := make([]bool, len(old.Content))
	var open []int
	for i, one := range lines(fresh) {
		at := slices.IndexFunc(was, func(s string) bool { return s == one })
		for at >= 0 && used[at] {
			next := slices.Index(was[at+1:], one)
			if next < 0 {
				at = -1
				break
			}
			at += 1 + next
		}
		if at < 0 {
			open = append(open, i)
			continue
		}
		used[at] = true
		mergeComments(old.Content[at], fresh.Content[i])
	}
	for _, i := range open {
		if i < len(old.Content) && !used[i] {
			used[i] = true
			mergeComments(old.Content[i], fresh.Content[i])
		}
	}
}
