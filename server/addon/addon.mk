# The engine as a module of Node.js: a part of kernels/Makefile, whose flags and tools it uses. N-API is stable over
# versions of Node.js, so the headers are those of a package, and nothing of Node.js is linked.
ADDON_DIRECTORY := ../server/addon
ADDON_SOURCES := $(sort $(wildcard $(ADDON_DIRECTORY)/*.c))
ADDON_HEADERS := $(wildcard $(ADDON_DIRECTORY)/*.h)
NODE_API_HEADERS ?= ../node_modules/node-api-headers/include
ADDON_FLAGS = $(ENGINE_FLAGS) -I$(ADDON_DIRECTORY) -isystem $(NODE_API_HEADERS) -DNAPI_VERSION=8 -ffile-prefix-map=../=./
# Its threads may still run when Node.js would unload it: it stays.
ADDON_LINK_FLAGS := -shared -Wl,-z,nodelete
ADDON_NAME := graviton_inference.node

.PHONY: addon addon-host
ADDON := $(OUT)/lib/$(ADDON_NAME)
addon: engine $(ADDON)
$(ADDON): $(ADDON_SOURCES) $(ADDON_HEADERS) $(ENGINE) $(STAMP) Makefile $(ADDON_DIRECTORY)/addon.mk
	$(CC) $(TARGET_FLAGS) $(LINKER_FLAGS) $(COMMON_FLAGS) $(BASE_MARCH) $(PRIVATE_FLAGS) $(ADDON_FLAGS) $(ADDON_LINK_FLAGS) $(LINK_FLAGS) \
	  -Wl,-soname,$(@F) $(ADDON_SOURCES) -L$(OUT)/lib -lgraviton_engine -lgraviton_kernels -lm $(ENGINE_RPATH) -o $@ >$@.inputs

HOST_ADDON := $(HOST_OUT)/lib/$(ADDON_NAME)
addon-host: engine-host $(HOST_ADDON)
$(HOST_ADDON): $(ADDON_SOURCES) $(ADDON_HEADERS) $(HOST_ENGINE) Makefile $(ADDON_DIRECTORY)/addon.mk
	$(HOST_CC) $(COMMON_FLAGS) $(PRIVATE_FLAGS) $(ADDON_FLAGS) $(ADDON_LINK_FLAGS) -Wl,-soname,$(@F) $(ADDON_SOURCES) -L$(HOST_OUT)/lib \
	  -lgraviton_engine -lgraviton_kernels -lm $(ENGINE_RPATH) -o $@
