// Package config is what an operator can set, each thing once: a field with its default and the sentence that explains
// it. The field is a flag (--rate-limit), an environment variable (INTERDESK_RATE_LIMIT) and a line in a file
// (rate-limit = 1200); the flag wins over the variable, the variable over the file.
package config
