package api

import (
	_ "embed"
	"net/http"
	"strconv"
)

// Description is openapi.yaml: the whole interface in OpenAPI 3.
//
//go:embed openapi.yaml
var Description []byte

func descriptionRoutes() []route {
	return []route{
		{"GET", "/openapi.yaml", anyone, (*call).showDescription},
	}
}

func (c *call) showDescription() error {
	h := c.w.Header()
	h.Set("Content-Type", "application/yaml; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(Description)))
	h.Set("Cache-Control", "max-age=300")
	c.w.WriteHeader(http.StatusOK)
	_, _ = c.w.Write(Description)
	return nil
}
