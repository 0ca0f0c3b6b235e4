# Sallyport. `make demo` and `make test` work on a fresh Debian 12 with the Swift toolchain.
SWIFT ?= swift
RELEASE = -c release -Xswiftc -cross-module-optimization --static-swift-stdlib
PREFIX ?= /usr/local

.PHONY: build demo test format lint fuzz differential mutations crash soak install \
  clean

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

include Benchmarks/bench.mk

fuzz:
	for name in $(notdir $(patsubst %/Fuzz.swift,%,$(wildcard Fuzz/*/Fuzz.swift))); do \
	  SWIFT='$(SWIFT)' Fuzz/run.sh $$name $(or $(SECONDS),60) || exit 1; done

differential:
	Scripts/install-dependencies.sh test
	Scripts/python-environment.sh
	$(SWIFT) build $(RELEASE) --product cedar-differential
	.venv/bin/python Fuzz/Differential/compare.py .build/release/cedar-differential \
	  $(or $(CASES),100000) $(or $(SEED),1)

mutations:
	Scripts/install-dependencies.sh build
	$(SWIFT) build $(RELEASE) --product ledger-mutations
	.build/release/ledger-mutations $(or $(COUNT),10000) $(or $(SEED),1)

crash:
	Scripts/install-dependencies.sh build
	$(SWIFT) build $(RELEASE) --product ledger-crash
	.build/release/ledger-crash $(or $(COUNT),300) $(or $(SEED),1)

soak:
	Scripts/install-dependencies.sh build
	$(SWIFT) build $(RELEASE) --product sallyport
	python3 Tests/Soak/run.py --seconds $(or $(SECONDS),3600) $(if $(SEED),--seed '$(SEED)') \
	  $(if $(WITHOUT),--without '$(WITHOUT)')

format:
	$(SWIFT) format -i -r Package.swift Sources Tests Benchmarks Fuzz

lint:
	$(SWIFT) format lint --strict -r Package.swift Sources Tests Benchmarks Fuzz

install: build
	install -D -m 755 .build/release/sallyport $(DESTDIR)$(PREFIX)/bin/sallyport

clean:
	rm -rf .build .venv .venv-old
