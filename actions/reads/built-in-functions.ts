/**
 * Functions of MySQL (5.7 to 9.x manuals, Functions and Operators) that only compute. Left out on purpose: what waits, locks,
 * burns time, reads files, talks to other services or changes something outside of tables, which no read-only transaction
 * holds back: GET_LOCK and its family, SLEEP, BENCHMARK, LOAD_FILE, the waits for positions, LAST_INSERT_ID, ROW_COUNT,
 * Aurora's lambda_sync and its ML functions.
 */
export const BUILT_IN_FUNCTIONS: ReadonlySet<string> = new Set(
  `abs acos adddate addtime aes_decrypt aes_encrypt any_value area ascii asin astext aswkb aswkt atan atan2 avg
   bin bin_to_uuid bit_and bit_count bit_length bit_or bit_xor buffer can_access_column can_access_database can_access_table
   cast ceil ceiling centroid char char_length character_length charset coalesce coercibility collation compress concat
   concat_ws connection_id contains conv convert convert_tz convexhull cos cot count crc32 crosses cume_dist curdate
   current_date current_role current_time current_timestamp current_user curtime database date date_add date_format date_sub
   datediff day dayname dayofmonth dayofweek dayofyear decode default degrees dense_rank dimension disjoint distance elt encode
   encrypt endpoint envelope equals etag exp export_set exteriorring extract extractvalue field find_in_set first_value floor
   format format_bytes format_pico_time found_rows from_base64 from_days from_unixtime from_vector geomcollection
   geomcollfromtext geomcollfromwkb geometrycollection geometrycollectionfromtext geometryfromtext geometryfromwkb geometryn
   geometrytype geomfromtext geomfromwkb get_format glength greatest group_concat grouping hex hour if ifnull inet_aton
   inet_ntoa inet6_aton inet6_ntoa insert instr interiorringn intersects interval is_ipv4 is_ipv4_compat is_ipv4_mapped is_ipv6
   is_uuid isclosed isempty isnull issimple json_array json_array_append json_array_insert json_arrayagg json_contains
   json_contains_path json_depth json_duality_object json_extract json_insert json_keys json_length json_merge json_merge_patch
   json_merge_preserve json_object json_objectagg json_overlaps json_pretty json_quote json_remove json_replace
   json_schema_valid json_schema_validation_report json_search json_set json_storage_free json_storage_size json_table
   json_type json_unquote json_valid json_value lag last_day last_value lcase lead least left length linefromtext linefromwkb
   linestring linestringfromtext linestringfromwkb ln localtime localtimestamp locate log log10 log2 lower lpad ltrim
   make_set makedate maketime match max mbrcontains mbrcoveredby mbrcovers mbrdisjoint mbrequal mbrequals mbrintersects
   mbroverlaps mbrtouches mbrwithin md5 microsecond mid min minute mlinefromtext mlinefromwkb mod month monthname
   mpointfromtext mpointfromwkb mpolyfromtext mpolyfromwkb multilinestring multipoint multipolygon name_const nth_value ntile
   now nullif numgeometries numinteriorrings numpoints oct octet_length old_password ord overlaps password percent_rank
   period_add period_diff pi point pointfromtext pointfromwkb pointn polyfromtext polyfromwkb polygon position pow power
   ps_current_thread_id quarter quote radians rand random_bytes rank regexp_instr regexp_like regexp_replace regexp_substr
   repeat replace reverse right roles_graphml round row_number rpad rtrim schema sec_to_time second session_user sha sha1 sha2
   sign sin soundex space sqrt srid
   st_area st_asbinary st_asgeojson st_astext st_aswkb st_aswkt st_buffer st_buffer_strategy st_centroid st_collect st_contains
   st_convexhull st_crosses st_difference st_dimension st_disjoint st_distance st_distance_sphere st_endpoint st_envelope
   st_equals st_exteriorring st_frechetdistance st_geohash st_geomcollfromtext st_geomcollfromtxt st_geomcollfromwkb
   st_geometryn st_geometrytype st_geomfromgeojson st_geomfromtext st_geomfromwkb st_hausdorffdistance st_interiorringn
   st_intersection st_intersects st_isclosed st_isempty st_issimple st_isvalid st_latfromgeohash st_latitude st_length
   st_linefromtext st_linefromwkb st_lineinterpolatepoint st_lineinterpolatepoints st_longfromgeohash st_longitude
   st_makeenvelope st_mlinefromtext st_mlinefromwkb st_mpointfromtext st_mpointfromwkb st_mpolyfromtext st_mpolyfromwkb
   st_numgeometries st_numinteriorring st_numinteriorrings st_numpoints st_overlaps st_pointatdistance st_pointfromgeohash
   st_pointfromtext st_pointfromwkb st_pointn st_polyfromtext st_polyfromwkb st_simplify st_srid st_startpoint
   st_swapxy st_symdifference st_touches st_transform st_union st_validate st_within st_x st_y
   startpoint statement_digest statement_digest_text std stddev stddev_pop stddev_samp str_to_date strcmp string_to_vector subdate
   substr substring substring_index subtime sum sysdate system_user tan time time_format time_to_sec timediff timestamp
   timestampadd timestampdiff to_base64 to_days to_seconds to_vector touches trim truncate ucase uncompress
   uncompressed_length unhex unix_timestamp updatexml upper user utc_date utc_time utc_timestamp uuid uuid_short uuid_to_bin
   validate_password_strength values var_pop var_samp variance vector_dim vector_to_string version week weekday weekofyear
   weight_string within x y year yearweek`
    .split(/\s+/)
    .filter(Boolean),
);

/** Words before a parenthesis that call nothing: clauses, operators, types of CAST and JSON_TABLE. */
export const WORDS_BEFORE_PARENTHESIS: ReadonlySet<string> = new Set(
  `select from where and or xor not in exists any some all as on using join left right inner cross straight_join lateral union
   except intersect distinct having by over partition window rows range groups between like rlike regexp is case when then else
   end limit offset values row columns nested path index key with recursive rollup against div mod binary char character varchar
   varbinary nchar decimal dec numeric float double real signed unsigned integer int date datetime time timestamp year json
   blob text nvarchar bit collate unit separator array table`
    .split(/\s+/)
    .filter(Boolean),
);

/** What answers anew each time, also while nothing changes: such rows are not compared. */
export const VOLATILE_FUNCTIONS: ReadonlySet<string> = new Set(
  `connection_id current_role current_user found_rows ps_current_thread_id rand random_bytes session_user sysdate system_user user
   uuid uuid_short version`.split(/\s+/),
);
