package api_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"interdesk/api/apitest"
	"interdesk/store/sqldb"
	"interdesk/store/storetest"
)

func TestADeskIsSetUpFromText(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *sqldb.DB) {
		d := apitest.Start(t, db).Desk(t, "acme")
		files, _ := d.Admin.Get("config", http.StatusOK).At("files").(object)
		if files["groups/support.yaml"] == nil || files[".schema/triggers.json"] == nil {
			t.Fatalf("there is no file of the group Support among %d files", len(files))
		}
		if unpacked := unpack(t, d.Admin.Get("config?format=tar.gz", http.StatusOK).Body); unpacked["groups/support.yaml"] != files["groups/support.yaml"] || len(unpacked) != len(files) {
			t.Errorf("packed are %d files", len(unpacked))
		}
		files["groups/lab.yaml"] = "name: Laboratory\n"
		plan := d.Admin.Post("config/diff", object{"files": files}, http.StatusOK)
		if plan.Text("plan.changes.0.name") != "Laboratory" || plan.At("plan.applied") != false {
			t.Errorf("the plan is %s", plan.Body)
		}
		done := d.Admin.Post("config/apply", object{"files": files, "prune": true}, http.StatusOK)
		if done.At("plan.applied") != true || !strings.Contains(done.Text("lock"), "groups/lab.yaml") {
			t.Errorf("the answer is %s", done.Body)
		}
		for _, name := range []string{"../x.yaml", "groups/../groups/support.yaml", "/x.yaml", "groups/a\x00.yaml"} {
			d.Admin.Post("config/diff", object{"files": object{name: "name: A"}}, http.StatusUnprocessableEntity)
		}
		files["groups/lab.yaml"] = "nam: Laboratory\n"
		wrong := d.Admin.Post("config/apply", object{"files": files}, http.StatusUnprocessableEntity)
		if wrong.Text("error") != "RecordInvalid" || wrong.Text("plan.problems.0.file") != "groups/lab.yaml" {
			t.Errorf("the answer is %s", wrong.Body)
		}
		for _, body := range []object{{}, {"files": nil}, {"files": object{}, "prune": true}, {"files": array{}}, {"files": object{"a": 1}}, {"files": object{}, "prune": "perhaps"}, {"files": object{}, "secrets": array{"x"}}} {
			d.Admin.Post("config/apply", body, http.StatusUnprocessableEntity)
		}
		d.Admin.Post("config/diff", object{"files": object{"order.yaml": strings.Repeat("#", 13<<20)}}, http.StatusUnprocessableEntity)
		d.Admin.Get("config?format=zip", http.StatusBadRequest)
		d.Agent.Get("config", http.StatusForbidden)
		d.Agent.Post("config/diff", object{"files": files}, http.StatusForbidden)
		d.EndUser.Post("config/apply", object{"files": files}, http.StatusForbidden)
		d.Nobody.Get("config", http.StatusUnauthorized)
	})
}

func unpack(t *testing.T, raw []byte) object {
	t.Helper()
	zip, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	out := object{}
	for pack := tar.NewReader(zip); ; {
		head, err := pack.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(pack)
		if err != nil {
			t.Fatal(err)
		}
		out[head.Name] = string(text)
	}
}
