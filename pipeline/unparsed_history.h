#pragma once
// Migrations whose runner sends something else than their text.

#include "core/analysis.h"
#include "pipeline/prepared.h"

namespace pgfence::pipeline {

/// Where several earlier migrations of a folder ran although they do not parse, their runner puts something into them
/// or around them (the body of a procedure, placeholders of its own). That PostgreSQL rejects a new one there is not
/// known then: its statements are not analyzed instead.
void heed_history_that_does_not_parse(Analysis& analysis, const Prepared& change);

/// A file that its runner refused as the base has it, and takes now: a changelog with an error that the change repairs.
/// Whether anything of it ran nobody knows, so what it finds there is no failure; one note says so.
void heed_what_was_refused_before(Analysis& analysis, Prepared& change);

}  // namespace pgfence::pipeline
