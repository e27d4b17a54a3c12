// The Supabase CLI sends a file as one pipeline; since 2.109 not what refuses to be in one (supabase/cli 5671, 6276).

#include "author/tool.h"

namespace pgfence::author {

extern const Tool supabase;
const Tool supabase{
    .format = "supabase",
    .without_transaction =
        "give it a file of its own: the Supabase CLI leaves its transaction out from 2.109 on; with an older one run "
        "it by hand (psql), and tell the CLI by `supabase migration repair --status applied <version>`",
    .gives_own_file = true};

}  // namespace pgfence::author
