/* The engine and its tokenizer as a module of Node.js. */
#include "functions.h"

NAPI_MODULE_INIT() {
  static const struct {
    const char *name;
    napi_callback function;
  } functions[] = {
      {"open", addon_open},           {"facts", addon_facts},          {"submit", addon_submit},
      {"cancel", addon_cancel},       {"close", addon_close},          {"encode", addon_encode},
      {"tokenText", addon_token_text}, {"tokenType", addon_token_type}, {"tokenOutput", addon_token_output},
      {"decoder", addon_decoder},
      {"decode", addon_decode},       {"decodeEnd", addon_decode_end},
  };
  if (ge_abi_version() != GE_ABI_VERSION) {
    (void)napi_throw_error(env, NULL, "libgraviton_engine.so is of another version than the add-on");
    return NULL;
  }
  for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
    napi_value value;
    if (napi_create_function(env, functions[i].name, NAPI_AUTO_LENGTH, functions[i].function, NULL, &value) ==
        napi_ok) {
      (void)napi_set_named_property(env, exports, functions[i].name, value);
    }
  }
  return exports;
}
