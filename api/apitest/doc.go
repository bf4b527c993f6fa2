// Package apitest runs the API over a real database and calls it over real HTTP, as its clients do. Every request that is
// answered well and every answer is held against api/openapi.yaml; where INTERDESK_ZENDESK_OPENAPI names Zendesk's own
// description, against that too, as far as it knows the route.
package apitest
