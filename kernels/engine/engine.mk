# The inference engine over the kernels: a part of ../Makefile, whose flags and tools it uses. engine/README.md explains it.
ENGINE_SOURCES := $(sort $(filter-out engine/tools/%,$(wildcard engine/*/*.c)))
ENGINE_HEADERS := $(wildcard engine/*/*.h engine/*/*/*.h)
ENGINE_TOOLS := $(sort $(notdir $(patsubst %/,%,$(wildcard engine/tools/*/))))
ENGINE_FLAGS := -D_GNU_SOURCE -Iengine/include -Iengine -pthread
ENGINE_RPATH := -Wl,-rpath,'$$ORIGIN/../lib',-rpath,'$$ORIGIN'

.PHONY: engine engine-host engine-sanitized engine-host-sanitized

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
$(HOST_ENGINE): $(ENGINE_SOURCES) $(ENGINE_HEADERS) $(HOST_OUT)/bin/graviton-kernels-selftest $(HEADERS) Makefile engine/engine.mk
	$(HOST_CC) $(COMMON_FLAGS) $(PRIVATE_FLAGS) $(ENGINE_FLAGS) -shared -Wl,-soname,$(@F) $(ENGINE_SOURCES) -L$(HOST_OUT)/lib -lgraviton_kernels \
	  -lm $(ENGINE_RPATH) -o $@
$(HOST_OUT)/bin/graviton-engine-%: $(HOST_ENGINE) $(wildcard engine/tools/*/*.c)
	$(HOST_CC) $(COMMON_FLAGS) $(PRIVATE_FLAGS) $(ENGINE_FLAGS) $(sort $(wildcard engine/tools/$*/*.c)) -L$(HOST_OUT)/lib -lgraviton_engine \
	  -lgraviton_kernels -lm $(ENGINE_RPATH) -o $@

# As `sanitized`: Arm64 by the cross gcc.
engine-sanitized:
	$(MAKE) sanitized SANITIZED_TARGETS=engine

# On this machine, where thousands of damaged files are read in a second. SANITIZERS=thread looks for races instead.
SANITIZERS ?= address,undefined
engine-host-sanitized:
	$(MAKE) engine-host BUILD=$(BUILD)/host-$(firstword $(subst $(comma), ,$(SANITIZERS))) \
	  EXTRA_FLAGS='-g -fsanitize=$(SANITIZERS) -fno-sanitize-recover=all'
comma := ,
