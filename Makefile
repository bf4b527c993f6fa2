# The commands of the house. `make demo` shows it, `make test` proves it.
GO      ?= go
BIN     := bin/interdesk
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
export CGO_ENABLED ?= 0

.PHONY: build demo run test check bench fuzz clean

build:
	$(GO) build -trimpath -ldflags "-X main.version=$(VERSION)" -o $(BIN) ./cmd/interdesk

# Two linked desks with rules and sample tickets; prints addresses, sign-ins and API tokens.
demo: build
	$(BIN) demo

run: build
	$(BIN) serve

# All tests, on SQLite and PostgreSQL. testpg finds, starts or fetches a PostgreSQL and stops it afterwards.
test:
	$(GO) run ./store/storetest/cmd/testpg -- $(GO) test -timeout 20m ./...

# Form, vet, static analysis and the arrows between the rooms.
check:
	@unformed=$$(gofmt -l .); test -z "$$unformed" || { echo "gofmt these files:"; echo "$$unformed"; exit 1; }
	$(GO) vet ./...
	$(GO) tool staticcheck ./...
	$(GO) test -count=1 .

# Load and micro-benchmarks; the method is in bench/README.md. BENCH="-quick" passes flags.
bench:
	$(GO) run ./store/storetest/cmd/testpg -durable -- $(GO) run ./bench $(BENCH)

# Each fuzz target for a while: make fuzz FUZZTIME=1m
FUZZTIME ?= 10s
fuzz:
	@for pkg in $$($(GO) list ./...); do \
	  for target in $$($(GO) test -list '^Fuzz' $$pkg 2>/dev/null | grep '^Fuzz'); do \
	    echo "$$pkg $$target"; $(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$pkg || exit 1; \
	  done; done

clean:
	rm -rf bin data
