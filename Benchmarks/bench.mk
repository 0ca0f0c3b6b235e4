# Benchmark targets, included by the Makefile at the root.
#
#   make bench                     Sallyport beside direct and nginx, about five minutes
#   make bench PEERS=1 OUT=f.json  Envoy's MCP filter too, figures as JSON
#   make bench SECONDS=1           shorter measurements
#   make bench-check               some seconds: does everything still work?
#   make bench-policy OUT=f.json   policy decisions beside the reference engine
#   make bench-ledger OUT=f.json   the ledger on this disk, and its verification
#   make bench-audit OUT=f.json    the index over a million records, and its questions
#   make bench-cells               allocations and instructions of a call in each cell of eras
#   make bench-search OUT=f.json   the search for tools, over twenty thousand of them
#   make bench-tokens              what verifying a token of an issuer costs
#   make bench-thresholds          allocations and instructions of a call against thresholds.json

BENCH_PROGRAMS = sallyport bench-upstream bench-load bench-cedar bench-ledger bench-audit \
  bench-search bench-tokens

.PHONY: bench bench-programs bench-check bench-policy bench-ledger bench-audit bench-cells \
  bench-search bench-thresholds bench-tokens

bench-programs:
	Scripts/install-dependencies.sh bench
	for product in $(BENCH_PROGRAMS); do $(SWIFT) build $(RELEASE) --product $$product || exit 1; done

bench: bench-programs
	python3 Benchmarks/run.py $(if $(PEERS),--peers) $(if $(OUT),--out '$(OUT)') \
	  $(if $(SECONDS),--seconds '$(SECONDS)')
	Scripts/python-environment.sh
	python3 Benchmarks/policy.py $(if $(OUT),--out '$(OUT)')
	python3 Benchmarks/ledger.py $(if $(OUT),--out '$(OUT)')
	python3 Benchmarks/audit.py $(if $(OUT),--out '$(OUT)')
	python3 Benchmarks/cells.py
	python3 Benchmarks/search.py $(if $(OUT),--out '$(OUT)')
	python3 Benchmarks/thresholds.py

bench-check: bench-programs
	python3 Benchmarks/run.py --quick

bench-policy:
	Scripts/install-dependencies.sh bench
	Scripts/python-environment.sh
	$(SWIFT) build $(RELEASE) --product bench-cedar
	python3 Benchmarks/policy.py $(if $(OUT),--out '$(OUT)')

bench-ledger:
	Scripts/install-dependencies.sh bench
	$(SWIFT) build $(RELEASE) --product bench-ledger
	python3 Benchmarks/ledger.py $(if $(OUT),--out '$(OUT)')

bench-audit:
	Scripts/install-dependencies.sh bench
	$(SWIFT) build $(RELEASE) --product bench-audit
	python3 Benchmarks/audit.py $(if $(OUT),--out '$(OUT)') $(if $(RECORDS),--records '$(RECORDS)')

bench-cells: bench-programs
	python3 Benchmarks/cells.py

bench-search:
	Scripts/install-dependencies.sh bench
	$(SWIFT) build $(RELEASE) --product bench-search
	$(SWIFT) build $(RELEASE) --product sallyport
	python3 Benchmarks/search.py $(if $(OUT),--out '$(OUT)') $(if $(TOOLS),--tools '$(TOOLS)')

bench-tokens:
	Scripts/install-dependencies.sh build
	$(SWIFT) build $(RELEASE) --product bench-tokens
	.build/release/bench-tokens

bench-thresholds: bench-programs
	python3 Benchmarks/thresholds.py
