/* Debian's libpq.a was built with LDAP, whose static library wants SASL and GnuTLS. libpq asks LDAP only for a service that
 * pg_service.conf looks up there (fe-connect.c, ldapServiceLookup): without a session it says that it could not. */
#include <stddef.h>

enum { other = 0x50 }; /* LDAP_OTHER */

#define NO_POINTER(name) \
    void *name(void);    \
    void *name(void) { return NULL; }
#define NO_ANSWER(name) \
    int name(void);     \
    int name(void) { return other; }
NO_POINTER(ldap_init)
NO_POINTER(ldap_first_entry)
NO_POINTER(ldap_get_values_len)
NO_ANSWER(ldap_count_entries)
NO_ANSWER(ldap_msgfree)
NO_ANSWER(ldap_result)
NO_ANSWER(ldap_search_st)
NO_ANSWER(ldap_set_option)
NO_ANSWER(ldap_simple_bind)
NO_ANSWER(ldap_unbind)

const char *ldap_err2string(int error);
const char *ldap_err2string(int error) {
    (void)error;
    return "this program was built without LDAP";
}
void ldap_value_free_len(void *values);
void ldap_value_free_len(void *values) { (void)values; }
