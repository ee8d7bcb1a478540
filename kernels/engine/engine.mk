# The inference engine over the kernels: a part of ../Makefile, whose flags and tools it uses. engine/README.md explains it.
ENGINE_SOURCES := $(sort $(filter-out engine/tools/% engine/fuzz/% engine/tokenizer/run/% engine/tokenizer/fuzz/%,$(wildcard engine/*/*.c engine/*/*/*.c)))
ENGINE_HEADERS := $(wildcard engine/*/*.h engine/*/*/*.h)
ENGINE_TOOLS := $(sort $(notdir $(patsubst %/,%,$(wildcard engine/tools/*/))))
ENGINE_FLAGS := -D_GNU_SOURCE -Iengine/include -Iengine -pthread
ENGINE_RPATH := -Wl,-rpath,'$$ORIGIN/../lib',-rpath,'$$ORIGIN'

.PHONY: engine engine-host engine-host-failing engine-sanitized engine-host-sanitized engine-fuzz

# The library needs the dispatcher, and finds it and the variants beside itself.
ENGINE := $(OUT)/lib/libgraviton_engine.so
engine: all $(ENGINE) $(ENGINE_TOOLS:%=$(OUT)/bin/graviton-engine-%)
$(ENGINE): $(ENGINE_SOURCES) $(ENGINE_HEADERS) $(DISPATCHER) $(HEADERS) $(STAMP) Makefile engine/engine.mk
	@mkdir -p $(@D)
	$(CC) $(TARGET_FLAGS) $(LINKER_FLAGS) $(COMMON_FLAGS) $(BASE_MARCH) $(PRIVATE_FLAGS) $(ENGINE_FLAGS) -shared $(LINK_FLAGS) -Wl,-z,defs \
	  -Wl,-soname,$(@F) $(ENGINE_SOURCES) -L$(OUT)/lib -lgraviton_kernels -lm $(ENGINE_RPATH) -o $@ >$@.inputs

$(OUT)/bin/graviton-engine-%: $(ENGINE) $(wildcard engine/tools/*/*.c)
	@mkdir -p $(@D)
	$(CC) $(TARGET_FLAGS) $(LINKER_FLAGS) $(COMMON_FLAGS) $(BASE_MARCH) $(PRIVATE_FLAGS) $(ENGINE_FLAGS) $(LINK_FLAGS) -pie \
	  $(sort $(wildcard engine/tools/$*/*.c)) -L$(OUT)/lib -lgraviton_engine -lgraviton_kernels -lm $(ENGINE_RPATH) -o $@ >$@.inputs

# The same for this machine, by the scalar variant on x86-64.
HOST_ENGINE := $(HOST_OUT)/lib/libgraviton_engine.so
engine-host: $(HOST_ENGINE) $(ENGINE_TOOLS:%=$(HOST_OUT)/bin/graviton-engine-%)
$(HOST_ENGINE): $(ENGINE_SOURCES) $(ENGINE_HEADERS) $(HOST_KERNELS) $(HEADERS) Makefile engine/engine.mk
	$(HOST_CC) $(COMMON_FLAGS) $(PRIVATE_FLAGS) $(ENGINE_FLAGS) -shared -Wl,-soname,$(@F) $(ENGINE_SOURCES) -L$(HOST_OUT)/lib -lgraviton_kernels \
	  -lm $(ENGINE_RPATH) -o $@
$(HOST_OUT)/bin/graviton-engine-%: $(HOST_ENGINE) $(wildcard engine/tools/*/*.c)
	$(HOST_CC) $(COMMON_FLAGS) $(PRIVATE_FLAGS) $(ENGINE_FLAGS) $(sort $(wildcard engine/tools/$*/*.c)) -L$(HOST_OUT)/lib -lgraviton_engine \
	  -lgraviton_kernels -lm $(ENGINE_RPATH) -o $@

# Makes the engine's calls for memory fail, one after the other.
engine-host-failing: engine-host $(HOST_OUT)/lib/failing-memory.so
$(HOST_OUT)/lib/failing-memory.so: engine/fuzz/failing_memory.c Makefile engine/engine.mk
	$(HOST_CC) $(COMMON_FLAGS) $(PRIVATE_FLAGS) -D_GNU_SOURCE -shared $< -ldl -o $@

# As `sanitized`: Arm64 by the cross gcc.
engine-sanitized:
	$(MAKE) sanitized SANITIZED_TARGETS=engine

# Sanitizers on this machine, where thousands of damaged files are read in seconds: SANITIZERS=thread looks for races.
SANITIZERS ?= address,undefined
comma := ,
SANITIZED_HOST := $(BUILD)/host-$(firstword $(subst $(comma), ,$(SANITIZERS)))
SANITIZED_HOST_CC ?= gcc
engine-host-sanitized:
	@command -v $(SANITIZED_HOST_CC) >/dev/null || { \
	  echo "kernels: '$(SANITIZED_HOST_CC)' not found. Install it (Debian, Ubuntu: apt-get install gcc libc6-dev)." >&2; exit 1; }
	$(MAKE) engine-host $(SANITIZED_HOST)/host/bin/graviton-engine-mutations BUILD=$(SANITIZED_HOST) CC=$(SANITIZED_HOST_CC) \
	  TARGET_FLAGS= LINKER_FLAGS= EXTRA_FLAGS='-g -fsanitize=$(SANITIZERS) -fno-sanitize-recover=all'

# Whole, not against the library: it looks at parts that the library does not show.
ENGINE_FUZZ_INPUTS = $(ENGINE_SOURCES) engine/fuzz/engine_fuzz.c
$(HOST_OUT)/bin/graviton-engine-mutations: $(ENGINE_SOURCES) $(wildcard engine/fuzz/*) $(ENGINE_HEADERS) $(HOST_KERNELS)
	$(HOST_CC) $(COMMON_FLAGS) $(PRIVATE_FLAGS) $(ENGINE_FLAGS) -Iselftest $(ENGINE_FUZZ_INPUTS) engine/fuzz/mutations.c -L$(HOST_OUT)/lib \
	  -lgraviton_kernels -lm $(ENGINE_RPATH) -o $@

# libFuzzer's own search, seeded by ENGINE_SEEDS: a folder of small GGUF files.
ENGINE_SEEDS ?=
engine-fuzz: $(HOST_KERNELS)
	@test -n "$(ENGINE_SEEDS)" || { echo 'kernels: ENGINE_SEEDS=<folder of small GGUF files>' >&2; exit 1; }
	@mkdir -p $(FUZZ_OUT)/engine-corpus
	$(HOST_CC) $(COMMON_FLAGS) $(PRIVATE_FLAGS) $(ENGINE_FLAGS) $(FUZZ_FLAGS) -fsanitize=fuzzer $(ENGINE_FUZZ_INPUTS) -L$(HOST_OUT)/lib \
	  -lgraviton_kernels -lm -Wl,-rpath,'$$ORIGIN/../host/lib' -o $(FUZZ_OUT)/engine-fuzz
	$(FUZZ_OUT)/engine-fuzz -seed=1 -max_total_time=$(FUZZ_SECONDS) -max_len=262144 -print_final_stats=1 -artifact_prefix=$(FUZZ_OUT)/ \
	  $(FUZZ_OUT)/engine-corpus $(ENGINE_SEEDS)
