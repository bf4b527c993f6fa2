// Package mapping says in which words things of a ticket go to a partner, and what the partner's words mean here. It is pure.
//
// A Map goes both ways (tag.go, field.go): what a word of ours becomes there comes back as that word of ours. What has no way back,
// as a constant or a default, is told by whoever remembers what was said. People and files (map.go) go one way.
package mapping
