# The commands of the house. `make demo` shows it, `make test` proves it.
GO      ?= go
BIN     := bin/interdesk
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
export CGO_ENABLED ?= 0

.PHONY: build demo run test check bench fuzz clean assets generate tour

build: assets
	$(GO) build -trimpath -ldflags "-X main.version=$(VERSION)" -o $(BIN) ./cmd/interdesk

# Two linked desks with rules and sample tickets; prints addresses, sign-ins and API tokens.
demo: build
	$(BIN) demo

run: build
	$(BIN) serve

# What browsers load: packages by the lock file, bundled by esbuild into web/asset/dist and so into the program.
assets: web/asset/dist/manifest.json
web/asset/dist/manifest.json: web/asset/node_modules/.package-lock.json $(shell find web -name node_modules -prune -o -name dist -prune -o -type f -print)
	$(GO) run ./web/asset/bundle
web/asset/node_modules/.package-lock.json: web/asset/package-lock.json
	@command -v npm >/dev/null || { echo "npm is missing: install Node.js 20 or newer (https://nodejs.org)"; exit 1; }
	cd web/asset && npm ci --no-audit --no-fund

# Pages are templ components; their Go is committed, and -check tells whether it is fresh.
TEMPL := $(GO) tool templ generate -path web
generate:
	$(TEMPL)

# All tests, on SQLite and PostgreSQL, and in Chromium. testpg finds, starts or fetches a PostgreSQL and stops it afterwards.
test: assets
	@sh e2e/browser/setup.sh
	$(GO) run ./store/storetest/cmd/testpg -- $(GO) test -timeout 40m ./...

# Form, vet, static analysis, fresh templ output, the arrows between the rooms, and the browser's scripts.
check: assets
	@unformed=$$(gofmt -l .); test -z "$$unformed" || { echo "gofmt these files:"; echo "$$unformed"; exit 1; }
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	$(TEMPL) -check
	$(GO) test -count=1 .
	cd web/asset && npx --no-install tsc --noEmit -p .

# The README's screenshots, anew.
tour: assets
	$(GO) test -count=1 ./e2e -run TestBrowser/tour -tour $(CURDIR)/docs/tour

# Load and micro-benchmarks; the method is in bench/README.md. BENCH="-quick" passes flags.
bench:
	$(GO) run ./store/storetest/cmd/testpg -durable -- $(GO) run ./bench $(BENCH)

# Each fuzz target for a while or so many inputs: make fuzz FUZZTIME=1m, FUZZTIME=5000x
FUZZTIME ?= 10s
fuzz:
	@for pkg in $$($(GO) list ./...); do \
	  for target in $$($(GO) test -list '^Fuzz' $$pkg 2>/dev/null | grep '^Fuzz'); do \
	    echo "$$pkg $$target"; $(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$pkg || exit 1; \
	  done; done

clean:
	rm -rf bin data web/asset/node_modules
	find web/asset/dist -type f ! -name .keep -delete
