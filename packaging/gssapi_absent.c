/* Debian's libgit2.a and libpq.a were built with GSSAPI, of which Debian ships no static library. pgfence offers no Kerberos
 * login, so every call answers GSS_S_UNAVAILABLE (RFC 2744, section 3.9.1) and both go on to the next way to authenticate. */
enum { unavailable = 16u << 16 };

void *GSS_C_NT_HOSTBASED_SERVICE;

#define ABSENT(name)  \
    unsigned name(void); \
    unsigned name(void) { return unavailable; }
ABSENT(gss_acquire_cred)
ABSENT(gss_delete_sec_context)
ABSENT(gss_display_status)
ABSENT(gss_import_name)
ABSENT(gss_indicate_mechs)
ABSENT(gss_init_sec_context)
ABSENT(gss_release_buffer)
ABSENT(gss_release_cred)
ABSENT(gss_release_name)
ABSENT(gss_release_oid_set)
ABSENT(gss_unwrap)
ABSENT(gss_wrap)
ABSENT(gss_wrap_size_limit)
