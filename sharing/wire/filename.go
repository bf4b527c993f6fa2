package wire

import (
	"path"
	"strings"
	"unicode"
	"unicode/utf8"
)

const maxFilename = 200 // bytes, below what file systems and archives take

// CleanFilename makes a partner's file name safe to store and to offer for download: no path, no control or direction-changing
// characters, no reserved ones, no leading dot, a bounded length that keeps the extension (nhd §10). It never returns "".
func CleanFilename(name string) string {
	name = strings.ToValidUTF8(name, "")
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.Map(safeInFilename, name)
	name = strings.TrimLeft(name, " .")
	name = strings.TrimRight(name, " .")
	if name == "" {
		return "attachment"
	}
	return boundFilename(name)
}

func safeInFilename(c rune) rune {
	switch {
	case unicode.IsControl(c), unicode.Is(unicode.Cf, c), c == unicode.ReplacementChar,
		c == '\u2028', c == '\u2029':
		return -1
	case strings.ContainsRune(`<>:"|?*`, c):
		return '_'
	default:
		return c
	}
}

func boundFilename(name string) string {
	if len(name) <= maxFilename {
		return name
	}
	extension := path.Ext(name)
	if len(extension) > 20 {
		extension = ""
	}
	stem := name[:maxFilename-len(extension)]
	for !utf8.ValidString(stem) {
		stem = stem[:len(stem)-1]
	}
	return strings.TrimRight(stem, " .") + extension
}
