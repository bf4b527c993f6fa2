package asset_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"

	"interdesk/web/asset"
)

func TestServe(t *testing.T) {
	t.Parallel()
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	set, err := asset.Read(fstest.MapFS{"manifest.json": file(`{"app.js":"app-1.js"}`), "app-1.js": file("plain"), "app-1.js.gz": file("packed"),
		"part/x.js": file("inner")})
	if err != nil {
		t.Fatal(err)
	}
	if !set.Built() || set.URL("app.js") != "/assets/app-1.js" || set.URL("other.js") != "" {
		t.Errorf("got %v %q %q, want true, /assets/app-1.js and nothing", set.Built(), set.URL("app.js"), set.URL("other.js"))
	}
	for _, c := range []struct {
		path, accept string
		status       int
		body         string
	}{
		{"/assets/app-1.js", "", 200, "plain"},
		{"/assets/app-1.js", "br, gzip", 200, "packed"},
		{"/assets/app-2.js", "gzip", 404, "404 page not found\n"},
		{"/assets/manifest.json", "", 404, "404 page not found\n"},
		{"/assets/../asset.go", "", 404, "404 page not found\n"},
		{"/assets/", "", 404, "404 page not found\n"},
	} {
		r := httptest.NewRequest(http.MethodGet, "http://acme.localhost"+c.path, nil)
		r.Header.Set("Accept-Encoding", c.accept)
		w := httptest.NewRecorder()
		set.ServeHTTP(w, r)
		if w.Code != c.status || w.Body.String() != c.body {
			t.Errorf("%s %q: got %d %q, want %d %q", c.path, c.accept, w.Code, w.Body, c.status, c.body)
		}
		if w.Code == 200 && (w.Header().Get("Cache-Control") == "" || w.Header().Get("Content-Type") == "") {
			t.Errorf("%s: got %v, want Cache-Control and Content-Type", c.path, w.Header())
		}
	}
}

func TestWithoutABundle(t *testing.T) {
	t.Parallel()
	set, err := asset.Read(fstest.MapFS{})
	if err != nil || set.Built() {
		t.Fatalf("got built %v, error %v, want neither", set.Built(), err)
	}
	if _, err := asset.Read(fstest.MapFS{"manifest.json": {Data: []byte("{")}}); err == nil {
		t.Error("a broken manifest is taken")
	}
}
