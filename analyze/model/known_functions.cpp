#include "analyze/model/known_functions.h"

#include <algorithm>
#include <array>
#include <span>

namespace pgfence {
namespace {

using Names = std::span<const std::string_view>;

bool has(Names sorted, std::string_view name) { return std::binary_search(sorted.begin(), sorted.end(), name); }

// clang-format off
/// In order.
constexpr std::string_view kValues[] = {
    "amvalidate", "array_sample", "array_shuffle", "binary_upgrade_logical_slot_has_caught_up", "brin_metapage_info",
    "brin_page_items", "brin_page_type", "brin_revmap_data", "bt_index_check", "bt_index_parent_check", "bt_metap",
    "bt_multi_page_stats", "bt_page_items", "bt_page_stats", "clock_timestamp", "current_query", "currtid",
    "currtid2", "currval", "cursor_to_xmlschema", "dblink_build_sql_delete", "dblink_build_sql_insert",
    "dblink_build_sql_update", "dblink_current_query", "dblink_error_message", "dblink_fdw_validator",
    "dblink_get_connections", "dblink_get_notify", "dblink_get_pkey", "dblink_is_busy", "file_fdw_validator",
    "fips_mode", "fsm_page_contents", "gen_random_bytes", "gen_random_uuid", "gen_salt", "get_raw_page",
    "get_timetravel", "gin_index_check", "gin_leafpage_items", "gin_metapage_info", "gin_page_opaque_info",
    "gist_page_items", "gist_page_items_bytea", "gist_page_opaque_info", "hash_bitmap_info", "hash_metapage_info",
    "hash_page_items", "hash_page_stats", "hash_page_type", "heap_page_item_attrs", "heap_page_items",
    "heap_tuple_infomask_flags", "isn_weak", "lastval", "lo_get", "lo_lseek", "lo_lseek64", "lo_tell", "lo_tell64",
    "nextval", "normal_rand", "page_checksum", "page_header", "pg_advisory_lock", "pg_advisory_lock_shared",
    "pg_advisory_unlock", "pg_advisory_unlock_shared", "pg_advisory_xact_lock", "pg_advisory_xact_lock_shared",
    "pg_available_wal_summaries", "pg_blocking_pids", "pg_buffercache_numa_pages", "pg_buffercache_pages",
    "pg_buffercache_summary", "pg_buffercache_usage_counts", "pg_check_frozen", "pg_check_visible",
    "pg_collation_actual_version", "pg_control_checkpoint", "pg_control_init", "pg_control_recovery",
    "pg_control_system", "pg_current_logfile", "pg_current_wal_flush_lsn", "pg_current_wal_insert_lsn",
    "pg_current_wal_lsn", "pg_database_collation_actual_version", "pg_database_size", "pg_export_snapshot",
    "pg_freespace", "pg_get_aios", "pg_get_backend_memory_contexts", "pg_get_loaded_modules",
    "pg_get_logical_snapshot_info", "pg_get_logical_snapshot_meta", "pg_get_multixact_members",
    "pg_get_sequence_data", "pg_get_shmem_allocations", "pg_get_shmem_allocations_numa", "pg_get_wait_events",
    "pg_get_wal_block_info", "pg_get_wal_record_info", "pg_get_wal_records_info",
    "pg_get_wal_records_info_till_end_of_wal", "pg_get_wal_replay_pause_state", "pg_get_wal_resource_managers",
    "pg_get_wal_stats", "pg_get_wal_stats_till_end_of_wal", "pg_get_wal_summarizer_state", "pg_hba_file_rules",
    "pg_ident_file_mappings", "pg_indexes_size", "pg_is_in_backup", "pg_is_in_recovery", "pg_is_wal_replay_paused",
    "pg_isolation_test_session_is_blocked", "pg_jit_available", "pg_last_committed_xact", "pg_last_wal_receive_lsn",
    "pg_last_wal_replay_lsn", "pg_last_xact_replay_timestamp", "pg_lock_status",
    "pg_log_backend_memory_contexts", "pg_log_standby_snapshot", "pg_logical_slot_peek_binary_changes",
    "pg_logical_slot_peek_changes", "pg_ls_archive_statusdir", "pg_ls_dir", "pg_ls_logdir", "pg_ls_logicalmapdir",
    "pg_ls_logicalsnapdir", "pg_ls_replslotdir", "pg_ls_summariesdir", "pg_ls_tmpdir", "pg_ls_waldir",
    "pg_notification_queue_usage", "pg_notify", "pg_old_snapshot_time_mapping", "pg_partition_ancestors",
    "pg_partition_tree", "pg_prepared_xact", "pg_prewarm", "pg_read_binary_file", "pg_read_file",
    "pg_read_file_old", "pg_relation_size", "pg_relpages", "pg_replication_origin_progress",
    "pg_replication_origin_session_is_setup", "pg_replication_origin_session_progress",
    "pg_safe_snapshot_blocking_pids", "pg_sequence_last_value", "pg_show_all_file_settings",
    "pg_show_replication_origin_status", "pg_sleep", "pg_sleep_for", "pg_sleep_until", "pg_stat_clear_snapshot",
    "pg_stat_file", "pg_stat_force_next_flush", "pg_stat_get_backend_io", "pg_stat_get_backend_wal",
    "pg_stat_get_io", "pg_stat_get_recovery_prefetch", "pg_stat_get_xact_blocks_fetched",
    "pg_stat_get_xact_blocks_hit", "pg_stat_get_xact_function_calls", "pg_stat_get_xact_function_self_time",
    "pg_stat_get_xact_function_total_time", "pg_stat_get_xact_numscans", "pg_stat_get_xact_tuples_deleted",
    "pg_stat_get_xact_tuples_fetched", "pg_stat_get_xact_tuples_hot_updated",
    "pg_stat_get_xact_tuples_inserted", "pg_stat_get_xact_tuples_newpage_updated",
    "pg_stat_get_xact_tuples_returned", "pg_stat_get_xact_tuples_updated", "pg_stat_have_stats",
    "pg_stat_statements", "pg_stat_statements_info", "pg_stat_statements_reset", "pg_table_size", "pg_tablespace_size",
    "pg_total_relation_size", "pg_try_advisory_lock", "pg_try_advisory_lock_shared", "pg_try_advisory_xact_lock",
    "pg_try_advisory_xact_lock_shared", "pg_visibility", "pg_visibility_map", "pg_visibility_map_summary",
    "pg_wal_summary_contents", "pg_xact_commit_timestamp", "pg_xact_commit_timestamp_origin", "pg_xact_status",
    "pgp_pub_encrypt", "pgp_pub_encrypt_bytea", "pgp_sym_encrypt", "pgp_sym_encrypt_bytea", "pgrowlocks",
    "pgstatginindex", "pgstathashindex", "pgstatindex", "pgstattuple", "pgstattuple_approx", "plpgsql_validator",
    "postgres_fdw_get_connections", "postgres_fdw_validator", "random", "random_normal", "set_limit", "setseed",
    "setval", "ssl_cipher", "ssl_client_cert_present", "ssl_client_dn", "ssl_client_dn_field", "ssl_client_serial",
    "ssl_extension_info", "ssl_is_used", "ssl_issuer_dn", "ssl_issuer_field", "ssl_version", "timeofday", "timezone",
    "tuple_data_split", "txid_status", "uuid_generate_v1", "uuid_generate_v1mc", "uuid_generate_v4", "uuidv4",
    "uuidv7", "verify_heapam",
};

/// Names that extensions gave to functions of theirs; a repository's own would be in its migrations. In order.
constexpr std::string_view kOfExtensions[] = {
    // pgvector, pg_uuidv7, pgulid, PostGIS, TimescaleDB, Citus, pg_partman, plpgsql_check.
    "add_continuous_aggregate_policy", "approximate_row_count", "binary_quantize", "box2d", "box3d", "by_hash",
    "by_range", "chunks_detailed_size", "citus_relation_size", "citus_table_size", "citus_total_relation_size",
    "citus_version", "cosine_distance", "find_srid", "first", "gen_ulid", "gen_uuid_v7", "geography", "geometry",
    "geometrytype", "get_shard_id_for_distribution_column", "hamming_distance", "histogram",
    "hypertable_detailed_size", "hypertable_size", "inner_product", "interpolate", "jaccard_distance", "l1_distance",
    "l2_distance", "l2_norm", "l2_normalize", "last", "locf", "negative_inner_product", "plpgsql_check_function",
    "plpgsql_check_function_tb", "postgis_full_version",
    "postgis_geos_version", "postgis_lib_version", "postgis_proj_version", "postgis_srs", "postgis_version",
    "remove_columnstore_policy", "remove_compression_policy", "remove_continuous_aggregate_policy",
    "remove_reorder_policy", "remove_retention_policy", "set_chunk_time_interval", "show_chunks", "show_partitions",
    "subvector", "time_bucket", "time_bucket_gapfill", "timescaledb_information", "ulid_generate", "uuid_generate_v7",
    "uuid_v7_to_timestamptz", "vector_dims", "vector_norm",
};
/// Of schemas that a hosting service fills, where the names alone say too little: Supabase's, and pg_net, whose requests
/// go out after the commit.
struct Hosted {
    std::string_view schema, name;
};
constexpr Hosted kHosted[] = {
    {"auth", "email"}, {"auth", "jwt"}, {"auth", "role"}, {"auth", "uid"}, {"net", "http_delete"}, {"net", "http_get"},
    {"net", "http_post"}, {"realtime", "topic"}, {"storage", "extension"}, {"storage", "filename"},
    {"storage", "foldername"},
};
/// What all functions of that name's beginning share.
constexpr std::string_view kPrefixes[] = {"st_", "h3_", "pgroonga_", "hypopg_", "hll_"};
/// Of those prefixes, the ones that make or change tables.
constexpr std::string_view kExceptions[] = {"st_createoverview"};

struct Doing {
    std::string_view schema, name, what;  ///< no schema: in any
};
constexpr Doing kActs[] = {
    {"", "pg_terminate_backend", "it ends the session of somebody else, and the transaction that runs there"},
    {"", "pg_cancel_backend", "it breaks off what another session runs"},
    {"", "pg_reload_conf", "the server reloads its configuration files"},
    {"", "pg_promote", "the server stops following its primary"},
    {"", "pg_switch_wal", "the server begins another WAL file"},
    {"", "pg_advisory_unlock_all", "it gives up all advisory locks of the session, the migration runner's too"},
    {"", "set_config", "which setting it changes is known only when it runs"},
    {"", "query_to_xml", "it runs SQL that is a text"},
    {"", "query_to_xmlschema", "it parses SQL that is a text"},
    {"", "query_to_xml_and_xmlschema", "it runs SQL that is a text"},
    {"", "cursor_to_xml", "it runs the query of a cursor"},
    {"", "table_to_xml", "it reads a table or view that a text names, and runs whatever the view calls"},
    {"", "table_to_xml_and_xmlschema", "it reads a table or view that a text names, and runs whatever the view calls"},
    {"", "schema_to_xml", "it reads every table and view of a schema, and runs whatever its views call"},
    {"", "schema_to_xml_and_xmlschema", "it reads every table and view of a schema, and runs whatever its views call"},
    {"", "database_to_xml", "it reads every table and view of the database, and runs whatever its views call"},
    {"", "database_to_xml_and_xmlschema", "it reads every table and view of the database, and runs whatever its views call"},
    {"", "ts_stat", "it runs SQL that is a text"},
    {"", "xpath_table", "it runs SQL that it makes of its arguments"},
    {"", "connectby", "it runs SQL that it makes of its arguments"},
    {"", "crosstab", "it runs SQL that is a text"},
    {"", "crosstab2", "it runs SQL that is a text"},
    {"", "crosstab3", "it runs SQL that is a text"},
    {"", "crosstab4", "it runs SQL that is a text"},
    {"", "dblink", "it runs SQL on a connection of its own"},
    {"", "dblink_exec", "it runs SQL on a connection of its own"},
    {"", "dblink_send_query", "it runs SQL on a connection of its own"},
    {"", "dblink_open", "it runs SQL on a connection of its own"},
    {"", "lo_unlink", "it removes a large object"},
    {"", "lo_truncate", "it cuts a large object off"},
    {"", "lo_truncate64", "it cuts a large object off"},
    {"", "lo_put", "it writes to a large object"},
    {"", "lowrite", "it writes to a large object"},
    {"", "lo_export", "it writes a file of the server"},
    {"", "pg_drop_replication_slot", "what reads from the replication slot loses its place"},
    {"", "heap_force_kill", "it removes rows without a trace"},
    {"", "heap_force_freeze", "it makes rows visible whoever wrote them"},
    {"", "pg_truncate_visibility_map", "it cuts off the table's visibility map, under ACCESS EXCLUSIVE"},
    {"cron", "schedule", "it makes a job, whose SQL runs later"},
    {"cron", "schedule_in_database", "it makes a job, whose SQL runs later"},
    {"cron", "alter_job", "it changes a job, whose SQL runs later"},
    {"cron", "unschedule", "a job no longer runs"},
    {"", "add_job", "it makes a job, whose procedure runs later"},
    {"", "alter_job", "it changes a job, whose procedure runs later"},
    {"", "compress_chunk", "it rewrites a chunk of a hypertable"},
    {"", "decompress_chunk", "it rewrites a chunk of a hypertable"},
    {"", "postgis_extensions_upgrade", "it runs the update scripts of extensions"},
    {"", "run_maintenance", "it makes and drops partitions as the table part_config says"},
    {"", "http_post", "it queries another server"},
    {"", "http_get", "it queries another server"},
    {"", "cypher", "it runs a query that is a text"},
};
// clang-format on

}  // namespace

bool only_gives_a_value(std::string_view name) { return has(kValues, name); }

bool is_harmless_of_an_extension(std::string_view schema, std::string_view name) {
    // Those of pgmq, which make a queue or put something into one.
    if (schema == "pgmq") return name.starts_with("create") || name.starts_with("send") || name == "metrics";
    if (has(kExceptions, name)) return false;
    for (const Hosted& one : kHosted)
        if (one.schema == schema && one.name == name) return true;
    return has(kOfExtensions, name) || std::any_of(std::begin(kPrefixes), std::end(kPrefixes),
                                                   [&](std::string_view prefix) { return name.starts_with(prefix); });
}

std::string_view what_it_does(std::string_view schema, std::string_view name) {
    for (const Doing& doing : kActs)
        if (doing.name == name && (doing.schema.empty() || doing.schema == schema)) return doing.what;
    return {};
}

}  // namespace pgfence
