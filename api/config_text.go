package api

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"

	"interdesk/configtext"
	"interdesk/desk"
	"interdesk/httpkit"
)

func configTextRoutes() []route {
	return []route{
		{"GET", "/config", admins, (*call).exportConfig},
		{"POST", "/config/diff", admins, (*call).diffConfig},
		{"POST", "/config/apply", admins, (*call).applyConfig},
	}
}

// texts is how the desk is set up, as text.
func (c *call) texts() *configtext.Service {
	return &configtext.Service{Store: c.Store, Admin: c.Admin, Webhooks: c.Webhooks, Agreements: c.Agreements, Trackers: c.Trackers}
}

// exportConfig gives the files as JSON, or packed with format=tar.gz.
func (c *call) exportConfig() error {
	format := c.query.Get("format")
	if format != "" && format != "json" && format != "tar.gz" {
		return httpkit.BadRequest("InvalidValue", "format must be json or tar.gz")
	}
	folder, err := c.texts().Export(c.ctx(), c.account, c.user)
	if err != nil {
		return err
	}
	if format == "tar.gz" {
		return c.packed(folder)
	}
	return c.ok(objectOf("files", filesObject(folder)))
}

func filesObject(f configtext.Folder) object {
	out := object{}
	for _, name := range slices.Sorted(maps.Keys(f)) {
		out = append(out, member{name, string(f[name])})
	}
	return out
}

func (c *call) packed(f configtext.Folder) error {
	var b bytes.Buffer
	zip := gzip.NewWriter(&b)
	pack := tar.NewWriter(zip)
	for _, name := range slices.Sorted(maps.Keys(f)) {
		err := pack.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: int64(len(f[name])), ModTime: c.Clock()})
		if err == nil {
			_, err = pack.Write(f[name])
		}
		if err != nil {
			return err
		}
	}
	if err := errors.Join(pack.Close(), zip.Close()); err != nil {
		return err
	}
	h := c.w.Header()
	h.Set("Content-Type", "application/gzip")
	h.Set("Content-Disposition", `attachment; filename="config.tar.gz"`)
	_, _ = c.w.Write(b.Bytes()) // who has gone away needs no answer
	return nil
}

// configInput is a folder to compare with or to apply.
type configInput struct {
	Files   filesInput `json:"files"`
	Prune   flagInput  `json:"prune"`
	Secrets wordsInput `json:"secrets"`
}

// filesInput are files by their paths.
type filesInput struct{ v configtext.Folder }

func (in *filesInput) UnmarshalJSON(raw []byte) error {
	var all map[string]string
	if json.Unmarshal(raw, &all) != nil || all == nil {
		return errors.New(`must be an object of texts by their paths, such as {"groups/support.yaml":"name: Support"}`)
	}
	in.v = configtext.Folder{}
	for name, text := range all {
		in.v[name] = []byte(text)
	}
	return in.v.Check()
}

func (c *call) diffConfig() error {
	plan, err := c.setUpFromText(true)
	if err != nil {
		return err
	}
	return c.ok(objectOf("plan", planOf(&plan)))
}

func (c *call) applyConfig() error {
	plan, err := c.setUpFromText(false)
	if err != nil {
		return err
	}
	if !plan.Applied {
		return &httpkit.Failure{Status: http.StatusUnprocessableEntity, Code: "RecordInvalid", Message: "Something is wrong with the files, so nothing was done: see the plan's problems",
			Fields: map[string]any{"plan": planOf(&plan)}}
	}
	return c.ok(object{{"plan", planOf(&plan)}, {"lock", string(plan.Lock)}})
}

func (c *call) setUpFromText(dry bool) (plan configtext.Plan, err error) {
	raw, err := c.body()
	if err != nil {
		return plan, err
	}
	var in configInput
	if err := c.parseInto(raw, &in); err != nil {
		return plan, err
	}
	if in.Files.v == nil {
		return plan, desk.InvalidField("files", "BlankValue", "Files: cannot be blank")
	}
	return c.texts().Apply(c.ctx(), c.account, c.user, in.Files.v, configtext.Options{DryRun: dry, Prune: in.Prune.v, Secrets: in.Secrets.v})
}

func planOf(p *configtext.Plan) object {
	return object{{"changes", nonNil(p.Changes)}, {"problems", nonNil(p.Problems)}, {"left", nonNil(p.Left)}, {"applied", p.Applied}, {"words", p.Words()}}
}
