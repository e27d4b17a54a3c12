/* libgit2's regular expressions (src/util/regexp.h) by the C library. Debian's archive has them by PCRE2, whose compiler to
 * machine code is half a megabyte, for the names in a git configuration. A git_regexp is a pointer there. */
#include <regex.h>
#include <stdlib.h>
#include <sys/types.h>

typedef regex_t *git_regexp;
typedef struct {
    ssize_t start, end;
} git_regmatch;

enum { not_found = -3, invalid_pattern = -12, ignore_case = 1 }; /* GIT_ENOTFOUND, GIT_EINVALIDSPEC, GIT_REGEXP_ICASE */

int git_regexp_compile(git_regexp *out, const char *pattern, int flags);
int git_regexp_compile(git_regexp *out, const char *pattern, int flags) {
    *out = malloc(sizeof **out);
    if (!*out) return -1;
    if (regcomp(*out, pattern, REG_EXTENDED | (flags & ignore_case ? REG_ICASE : 0)) == 0) return 0;
    free(*out);
    *out = NULL;
    return invalid_pattern;
}

void git_regexp_dispose(git_regexp *expression);
void git_regexp_dispose(git_regexp *expression) {
    if (*expression) regfree(*expression);
    free(*expression);
    *expression = NULL;
}

int git_regexp_match(const git_regexp *expression, const char *text);
int git_regexp_match(const git_regexp *expression, const char *text) {
    return regexec(*expression, text, 0, NULL, 0) == 0 ? 0 : not_found;
}

int git_regexp_search(const git_regexp *expression, const char *text, size_t count, git_regmatch *matches);
int git_regexp_search(const git_regexp *expression, const char *text, size_t count, git_regmatch *matches) {
    regmatch_t *found = calloc(count + 1, sizeof *found);
    int code;
    if (!found) return -1;
    code = regexec(*expression, text, count, found, 0) == 0 ? 0 : not_found;
    for (size_t i = 0; code == 0 && i < count; ++i) {
        matches[i].start = found[i].rm_so;
        matches[i].end = found[i].rm_eo;
    }
    free(found);
    return code;
}
