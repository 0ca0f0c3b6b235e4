# Sallyport. `make demo` and `make test` work on a fresh Debian 12 with the Swift toolchain.
SWIFT ?= swift
RELEASE = -c release -Xswiftc -cross-module-optimization
PREFIX ?= /usr/local
SECONDS ?= 4

.PHONY: build demo test bench format lint fuzz install clean

build:
	Scripts/install-dependencies.sh build
	$(SWIFT) build $(RELEASE) --product sallyport

demo:
	Scripts/install-dependencies.sh demo
	$(SWIFT) build $(RELEASE) --product sallyport
	Scripts/python-environment.sh
	.venv/bin/python Examples/demo/run.py --sallyport .build/release/sallyport

test:
	Scripts/install-dependencies.sh test
	Scripts/python-environment.sh
	Scripts/test.sh

bench:
	Scripts/install-dependencies.sh bench
	$(SWIFT) build $(RELEASE) --product sallyport
	$(SWIFT) build $(RELEASE) --product bench-upstream
	$(SWIFT) build $(RELEASE) --product bench-load
	python3 Benchmarks/run.py --seconds $(SECONDS) $(if $(PEERS),--peers) $(if $(OUT),--out $(OUT))

format:
	$(SWIFT) format -i -r Package.swift Sources Tests Benchmarks Fuzz

lint:
	$(SWIFT) format lint --strict -r Package.swift Sources Tests Benchmarks Fuzz

install: build
	install -D -m 755 .build/release/sallyport $(DESTDIR)$(PREFIX)/bin/sallyport

clean:
	rm -rf .build .venv
