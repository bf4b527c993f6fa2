package apitest

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"interdesk/api"
)

// Descriptions are read once for a test process: Zendesk's takes a while.
var (
	ours   = sync.OnceValues(func() (*openapi3.T, error) { return load(api.Description) })
	theirs = sync.OnceValues(loadTheirs)
)

// Description is api/openapi.yaml, checked.
func Description() (*openapi3.T, error) { return ours() }

func load(raw []byte) (*openapi3.T, error) {
	doc, err := openapi3.NewLoader().LoadFromData(raw)
	if err != nil {
		return nil, err
	}
	return doc, doc.Validate(context.Background())
}

// check holds request and answer against the descriptions. Requests that were refused may be anything.
func check(t testing.TB, req *http.Request, raw []byte, a *Answer) {
	t.Helper()
	doc, err := ours()
	must(t, err)
	req.URL.Path = strings.TrimSuffix(req.URL.Path, ".json")
	route, params := find(doc, req.Method, req.URL.Path)
	if route == nil {
		if a.Status < 400 {
			t.Errorf("%s is not in openapi.yaml", a.what)
		}
		return
	}
	if err := hold(req, raw, route, params, a, true); err != nil {
		t.Errorf("%s against openapi.yaml: %v\nsent: %s\ngot: %s", a.what, err, raw, a.Body)
	}
	other, err := theirs()
	must(t, err)
	if other == nil || a.Status >= 400 {
		return
	}
	if route, params := find(other, req.Method, req.URL.Path); route != nil && !differs(route) {
		if err := hold(req, raw, route, params, a, false); err != nil {
			t.Errorf("%s against Zendesk's description: %v\ngot: %s", a.what, err, a.Body)
		}
	}
}

// hold checks the answer, and with strict also the request and that the status is one that is described.
func hold(req *http.Request, raw []byte, route *routers.Route, params map[string]string, a *Answer, strict bool) error {
	in := &openapi3filter.RequestValidationInput{Request: req, PathParams: params, Route: route, QueryParams: req.URL.Query(),
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, IncludeResponseStatus: strict,
			ExcludeRequestBody: req.Header.Get("Content-Type") != "application/json", ExcludeReadOnlyValidations: true,
			ExcludeWriteOnlyValidations: true}}
	if strict && a.Status < 400 {
		req.Body = io.NopCloser(bytes.NewReader(raw))
		if err := openapi3filter.ValidateRequest(req.Context(), in); err != nil {
			return err
		}
	}
	in.Options.ExcludeResponseBody = a.JSON == nil
	return openapi3filter.ValidateResponse(req.Context(), (&openapi3filter.ResponseValidationInput{RequestValidationInput: in,
		Status: a.Status, Header: a.Header, Options: in.Options}).SetBodyBytes(a.Body))
}

// find is the route that serves a path: of several that fit, the one with the most literal parts from the left.
func find(doc *openapi3.T, method, path string) (*routers.Route, map[string]string) {
	parts := strings.Split(path, "/")
	var best *routers.Route
	var bestParams map[string]string
	var bestShape string
	for pattern, item := range doc.Paths.Map() {
		op := item.GetOperation(method)
		params, shape, ok := fits(strings.Split(pattern, "/"), parts)
		if op == nil || !ok || best != nil && shape >= bestShape {
			continue
		}
		best, bestParams, bestShape = &routers.Route{Spec: doc, Path: pattern, PathItem: item, Method: method, Operation: op}, params, shape
	}
	return best, bestParams
}

// fits compares part by part. shape sorts literal parts before variable ones.
func fits(pattern, parts []string) (params map[string]string, shape string, ok bool) {
	if len(pattern) != len(parts) {
		return nil, "", false
	}
	params = map[string]string{}
	for i, p := range pattern {
		if strings.HasPrefix(p, "{") {
			params[strings.Trim(p, "{}")] = parts[i]
			shape += "1"
			continue
		}
		if p != parts[i] {
			return nil, "", false
		}
		shape += "0"
	}
	return params, shape, true
}

func loadTheirs() (*openapi3.T, error) {
	name := os.Getenv("INTERDESK_ZENDESK_OPENAPI")
	if name == "" {
		return nil, nil
	}
	raw, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	doc, err := openapi3.NewLoader().LoadFromData(raw)
	if err == nil {
		loosen(doc)
	}
	return doc, err
}
