// Command bundle puts together what browsers load: scripts and styles by esbuild, and one sprite of the icons that the
// pages name. It is run in web/asset's parent folders by "make assets", after npm ci.
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"

	"interdesk/web/asset"
)

func main() {
	if err := run("web"); err != nil {
		fmt.Fprintln(os.Stderr, "bundle:", err)
		os.Exit(1)
	}
}

// run bundles the web that lies in a folder, and replaces what was built before only when all went well.
func run(web string) error {
	source, dist := filepath.Join(web, "asset"), filepath.Join(web, "asset", "dist")
	if _, err := os.Stat(filepath.Join(source, "node_modules")); errors.Is(err, fs.ErrNotExist) {
		return errors.New("the packages are not there: run npm ci in " + source)
	}
	icons, err := sprite(web, filepath.Join(source, "node_modules", "@tabler", "icons", "icons"))
	if err != nil {
		return err
	}
	outputs, names, err := build(source)
	if err != nil {
		return err
	}
	if err := pruneStyles(web, outputs, names); err != nil {
		return err
	}
	outputs[icons.name], names["icons.svg"] = icons.content, icons.name
	return write(dist, outputs, names)
}

// build runs esbuild over the entries: every .ts and .css directly in src.
func build(source string) (outputs map[string][]byte, names map[string]string, err error) {
	var entries []string
	for _, pattern := range []string{"*.ts", "*.css"} {
		found, err := filepath.Glob(filepath.Join(source, "src", pattern))
		if err != nil {
			return nil, nil, err
		}
		entries = append(entries, found...)
	}
	result := api.Build(api.BuildOptions{
		EntryPoints: entries, Bundle: true, Splitting: true, Format: api.FormatESModule, Outdir: "dist", Outbase: filepath.Join(source, "src"),
		EntryNames: "[name]-[hash]", ChunkNames: "chunk-[name]-[hash]", AssetNames: "[name]-[hash]", PublicPath: asset.Prefix,
		MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true, Target: api.ES2022, Metafile: true,
		LegalComments: api.LegalCommentsNone, Loader: map[string]api.Loader{".svg": api.LoaderDataURL, ".woff2": api.LoaderFile},
		LogLevel: api.LogLevelWarning,
	})
	if len(result.Errors) > 0 {
		return nil, nil, fmt.Errorf("esbuild: %d errors", len(result.Errors))
	}
	var meta struct {
		Outputs map[string]struct {
			EntryPoint string `json:"entryPoint"`
		} `json:"outputs"`
	}
	if err := json.Unmarshal([]byte(result.Metafile), &meta); err != nil {
		return nil, nil, err
	}
	outputs, names = map[string][]byte{}, map[string]string{}
	for _, f := range result.OutputFiles {
		outputs[filepath.Base(f.Path)] = f.Contents
	}
	for path, o := range meta.Outputs {
		if o.EntryPoint != "" {
			entry := filepath.Base(o.EntryPoint)
			names[strings.TrimSuffix(entry, filepath.Ext(entry))+filepath.Ext(path)] = filepath.Base(path)
		}
	}
	return outputs, names, nil
}

// pruneStyles leaves out of the styles what neither pages nor the bundled scripts name. Their names hold the hash of what
// is left.
func pruneStyles(web string, outputs map[string][]byte, names map[string]string) error {
	var scripts [][]byte
	for name, content := range outputs {
		if strings.HasSuffix(name, ".js") {
			scripts = append(scripts, content)
		}
	}
	named, err := wordsBelow(web, scripts...)
	if err != nil {
		return err
	}
	for called, name := range names {
		if strings.HasSuffix(name, ".css") {
			content := []byte(prune(string(outputs[name]), named))
			delete(outputs, name)
			names[called] = hashedName(called, content)
			outputs[names[called]] = content
		}
	}
	return nil
}

// compress compresses as far as it goes: it is done once here, and read many times.
func compress(content []byte) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
	_, _ = z.Write(content) // a buffer takes everything
	_ = z.Close()
	return b.Bytes()
}

// hashedName is a file's name with the hash of its content: "app.css" → "app-1f0c….css".
func hashedName(name string, content []byte) string {
	ext := filepath.Ext(name)
	return fmt.Sprintf("%s-%.5x%s", strings.TrimSuffix(name, ext), sha256.Sum256(content), ext)
}

func write(dist string, outputs map[string][]byte, names map[string]string) error {
	old, err := os.ReadDir(dist)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.MkdirAll(dist, 0o755); err != nil {
		return err
	}
	manifest, err := json.Marshal(names)
	if err != nil {
		return err
	}
	for name, content := range maps.Clone(outputs) {
		outputs[name+asset.Packed] = compress(content)
	}
	outputs[asset.Manifest] = manifest
	for name, content := range outputs {
		if err := os.WriteFile(filepath.Join(dist, name), content, 0o644); err != nil {
			return err
		}
	}
	for _, d := range old {
		if outputs[d.Name()] == nil && !strings.HasPrefix(d.Name(), ".") {
			if err := os.Remove(filepath.Join(dist, d.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}
