package ui

import (
	"context"
	"strconv"

	"interdesk/desk"
	"interdesk/upload"
	"interdesk/web/text"
)

// FileURL is where the bytes of a file are downloaded from, by whoever is signed in and may see it.
func FileURL(a desk.Attachment) string { return upload.Path(a) }

// FileSize is a number of bytes as people read it.
func FileSize(ctx context.Context, bytes int64) string {
	switch {
	case bytes < 1000:
		return text.N(ctx, "files.bytes", int(bytes))
	case bytes < 1000_000:
		return text.T(ctx, "files.kilobytes", (bytes+500)/1000)
	}
	return text.T(ctx, "files.megabytes", strconv.FormatFloat(float64(bytes)/1e6, 'f', 1, 64))
}

// FilesInput is the input for files of a form that Call.ReadForm reads.
type FilesInput struct {
	Label  string
	Hint   string
	Upload desk.Upload // files that were sent before
	Faults []string
	Limits FormLimits
}

func (f FilesInput) input() Input {
	return Input{Name: "files", Label: f.Label, Hint: f.Hint, Faults: f.Faults}
}
