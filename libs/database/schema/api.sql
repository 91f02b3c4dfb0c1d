CREATE TABLE `aggregates` (
  `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `uuid` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `name` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `metadata` mediumtext NOT NULL,
  `created_at` bigint(20) unsigned NOT NULL,
  `updated_at` bigint(20) unsigned DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `aggregate_uuid` (`uuid`),
  UNIQUE KEY `aggregate_name` (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `aggregate_hosts` (
  `aggregate_id` int(10) unsigned NOT NULL,
  `host` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (`aggregate_id`,`host`),
  KEY `aggregates_of_host` (`host`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `cell_globals` (
  `id` tinyint(3) unsigned NOT NULL,
  `version` bigint(20) unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `cell_joins` (
  `name` varchar(63) NOT NULL,
  `token_hash` char(64) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `expires_at` bigint(20) unsigned NOT NULL DEFAULT 0,
  `account` varchar(255) DEFAULT NULL,
  `password_hash` char(48) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `redeemed_at` bigint(20) unsigned DEFAULT NULL,
  `joined_at` bigint(20) unsigned DEFAULT NULL,
  `removed_at` bigint(20) unsigned DEFAULT NULL,
  PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `cell_mirrors` (
  `path` varchar(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `epoch` bigint(20) unsigned NOT NULL,
  `generation` bigint(20) unsigned NOT NULL,
  `received_at` bigint(20) unsigned NOT NULL,
  `gone` tinyint(4) NOT NULL DEFAULT 0,
  `status` mediumtext NOT NULL,
  PRIMARY KEY (`path`),
  KEY `cell_mirrors_by_time` (`received_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `child_cells` (
  `name` varchar(63) NOT NULL,
  `enabled` tinyint(4) NOT NULL DEFAULT 1,
  `weight_offset` double NOT NULL DEFAULT 0,
  `report_number` bigint(20) unsigned NOT NULL DEFAULT 0,
  `report` mediumtext DEFAULT NULL,
  `last_seen_at` bigint(20) unsigned NOT NULL DEFAULT 0,
  `used_instances` int(11) NOT NULL DEFAULT 0,
  `used_cores` int(11) NOT NULL DEFAULT 0,
  `used_ram_mb` bigint(20) NOT NULL DEFAULT 0,
  `disabled_reason` varchar(255) DEFAULT NULL,
  `draining` tinyint(3) unsigned NOT NULL DEFAULT 0,
  `drain_from` int(10) unsigned DEFAULT NULL,
  `weight_scale` double NOT NULL DEFAULT 1,
  `quota` varchar(255) DEFAULT NULL,
  PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `console_auth_tokens` (
  `token_hash` char(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `instance_uuid` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `console_type` varchar(16) NOT NULL,
  `expires_at` bigint(20) unsigned NOT NULL,
  PRIMARY KEY (`token_hash`),
  KEY `console_auth_tokens_by_expiry` (`expires_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `flavors` (
  `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `flavor_id` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `name` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `vcpus` int(10) unsigned NOT NULL,
  `memory_mb` int(10) unsigned NOT NULL,
  `root_gb` int(10) unsigned NOT NULL,
  `ephemeral_gb` int(10) unsigned NOT NULL DEFAULT 0,
  `swap_mb` int(10) unsigned NOT NULL DEFAULT 0,
  `rxtx_factor` double NOT NULL DEFAULT 1,
  `is_public` tinyint(4) NOT NULL DEFAULT 1,
  `disabled` tinyint(4) NOT NULL DEFAULT 0,
  `description` text DEFAULT NULL,
  `extra_specs` text NOT NULL,
  `created_at` bigint(20) unsigned NOT NULL,
  `updated_at` bigint(20) unsigned DEFAULT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `IDX_405c1fed217fa3c2b451686884` (`flavor_id`),
  UNIQUE KEY `IDX_8297edd7c37e51ab4a4bd8bcbf` (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `flavor_projects` (
  `flavor_id` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `project_id` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (`flavor_id`,`project_id`),
  KEY `flavors_of_project` (`project_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `floating_ips` (
  `id` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `project_id` varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `user_id` varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `pool` varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `address` int(10) unsigned NOT NULL,
  `created_at` bigint(20) unsigned NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `floating_ip_address` (`pool`,`address`),
  KEY `floating_ips_of_project` (`project_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `global_items` (
  `kind` varchar(16) NOT NULL,
  `id` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `version` bigint(20) unsigned NOT NULL,
  `body` mediumtext DEFAULT NULL,
  PRIMARY KEY (`kind`,`id`),
  KEY `global_items_by_version` (`version`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `hosts` (
  `host` varchar(63) NOT NULL,
  `generation` bigint(20) unsigned NOT NULL DEFAULT 0,
  `zone` varchar(255) NOT NULL,
  `enabled` tinyint(4) NOT NULL DEFAULT 1,
  `disabled_reason` varchar(255) DEFAULT NULL,
  `reported_epoch` bigint(20) unsigned NOT NULL DEFAULT 0,
  `reported_generation` bigint(20) unsigned NOT NULL DEFAULT 0,
  `last_seen_at` bigint(20) unsigned NOT NULL DEFAULT 0,
  `total_vcpus` int(10) unsigned NOT NULL DEFAULT 0,
  `total_memory_mb` bigint(20) NOT NULL DEFAULT 0,
  `total_disk_gb` bigint(20) NOT NULL DEFAULT 0,
  `reserved_vcpus` int(10) unsigned NOT NULL DEFAULT 0,
  `reserved_memory_mb` bigint(20) NOT NULL DEFAULT 0,
  `reserved_disk_gb` bigint(20) NOT NULL DEFAULT 0,
  `cpu_allocation_ratio` double NOT NULL DEFAULT 1,
  `used_vcpus` int(11) NOT NULL DEFAULT 0,
  `used_memory_mb` bigint(20) NOT NULL DEFAULT 0,
  `used_disk_gb` bigint(20) NOT NULL DEFAULT 0,
  `claims` int(11) NOT NULL DEFAULT 0,
  `hypervisor_type` varchar(64) NOT NULL,
  `node` varchar(255) NOT NULL,
  `traits` text NOT NULL,
  `architecture` varchar(32) DEFAULT NULL,
  `running_guests` int(10) unsigned NOT NULL DEFAULT 0,
  `forced_down` tinyint(4) NOT NULL DEFAULT 0,
  `ordered_version` bigint(20) unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (`host`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `host_inventories` (
  `host` varchar(63) NOT NULL,
  `inventory` text NOT NULL,
  PRIMARY KEY (`host`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `host_mirrors` (
  `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `uuid` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `cell_path` varchar(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `host` varchar(63) NOT NULL,
  `epoch` bigint(20) unsigned NOT NULL,
  `generation` bigint(20) unsigned NOT NULL,
  `zone` varchar(255) NOT NULL,
  `enabled` tinyint(4) NOT NULL,
  `up` tinyint(4) NOT NULL,
  `last_seen_at` bigint(20) unsigned NOT NULL,
  `mirror` text NOT NULL,
  `disabled_reason` varchar(255) DEFAULT NULL,
  `forced_down` tinyint(4) NOT NULL DEFAULT 0,
  `wanted_version` bigint(20) unsigned NOT NULL DEFAULT 0,
  `heard_version` bigint(20) unsigned NOT NULL DEFAULT 0,
  `told_at` bigint(20) unsigned NOT NULL DEFAULT 0,
  `gone` tinyint(4) NOT NULL DEFAULT 0,
  PRIMARY KEY (`id`),
  UNIQUE KEY `host_of_cell` (`cell_path`,`host`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `inbox` (
  `id` varchar(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `received_at` bigint(20) unsigned NOT NULL,
  PRIMARY KEY (`id`),
  KEY `inbox_by_time` (`received_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `instances` (
  `uuid` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `epoch` int(10) unsigned NOT NULL DEFAULT 0,
  `generation` int(10) unsigned NOT NULL DEFAULT 0,
  `order_epoch` int(10) unsigned NOT NULL DEFAULT 0,
  `placed_epoch` int(10) unsigned NOT NULL DEFAULT 0,
  `highest_epoch` int(10) unsigned NOT NULL DEFAULT 0,
  `next_hop` varchar(63) DEFAULT NULL,
  `cell_path` varchar(255) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `host` varchar(255) DEFAULT NULL,
  `node` varchar(255) DEFAULT NULL,
  `vm_state` varchar(24) NOT NULL DEFAULT 'building',
  `task_state` varchar(32) DEFAULT NULL,
  `power_state` tinyint(3) unsigned NOT NULL DEFAULT 0,
  `launched_at` bigint(20) unsigned DEFAULT NULL,
  `updated_at` bigint(20) unsigned NOT NULL DEFAULT 0,
  `deleted_at` bigint(20) unsigned DEFAULT NULL,
  `fault` text DEFAULT NULL,
  `placement` mediumtext DEFAULT NULL,
  `claim` varchar(100) DEFAULT NULL,
  `project_id` varchar(64) NOT NULL DEFAULT '',
  `user_id` varchar(64) NOT NULL DEFAULT '',
  `display_name` varchar(255) NOT NULL DEFAULT '',
  `display_description` varchar(255) DEFAULT NULL,
  `hostname` varchar(255) NOT NULL DEFAULT '',
  `flavor_id` varchar(255) NOT NULL DEFAULT '',
  `flavor` text DEFAULT NULL,
  `image_ref` varchar(64) NOT NULL DEFAULT '',
  `key_name` varchar(255) DEFAULT NULL,
  `availability_zone` varchar(255) DEFAULT NULL,
  `metadata` text DEFAULT NULL,
  `tags` text DEFAULT NULL,
  `user_data` mediumtext DEFAULT NULL,
  `config_drive` tinyint(4) NOT NULL DEFAULT 0,
  `access_ip_v4` varchar(39) DEFAULT NULL,
  `access_ip_v6` varchar(39) DEFAULT NULL,
  `disk_config` varchar(6) NOT NULL DEFAULT 'MANUAL',
  `reservation_id` varchar(32) NOT NULL DEFAULT '',
  `launch_index` int(10) unsigned NOT NULL DEFAULT 0,
  `root_device_name` varchar(32) DEFAULT NULL,
  `created_at` bigint(20) unsigned NOT NULL DEFAULT 0,
  `touched` datetime(6) NOT NULL DEFAULT current_timestamp(6) ON UPDATE current_timestamp(6),
  `group_uuid` char(36) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `locked_by` varchar(8) DEFAULT NULL,
  `locked_reason` varchar(255) DEFAULT NULL,
  `move` text DEFAULT NULL,
  `other_host` varchar(255) DEFAULT NULL,
  `security_groups` text DEFAULT NULL,
  `shelved_image_id` varchar(64) DEFAULT NULL,
  PRIMARY KEY (`uuid`),
  KEY `instances_by_host` (`host`),
  KEY `instances_by_creation` (`deleted_at`,`created_at`,`uuid`),
  KEY `instances_by_project` (`project_id`,`deleted_at`,`created_at`,`uuid`),
  KEY `instances_by_next_hop` (`next_hop`,`deleted_at`,`uuid`),
  KEY `instances_by_group` (`group_uuid`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `instance_actions` (
  `instance_uuid` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `request_id` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `action` varchar(64) NOT NULL,
  `user_id` varchar(64) NOT NULL,
  `project_id` varchar(64) NOT NULL,
  `start_time` bigint(20) unsigned NOT NULL,
  `updated_at` bigint(20) unsigned NOT NULL,
  `message` varchar(255) DEFAULT NULL,
  PRIMARY KEY (`instance_uuid`,`request_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `instance_action_events` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `instance_uuid` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `request_id` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `event` varchar(64) NOT NULL,
  `start_time` bigint(20) unsigned NOT NULL,
  `finish_time` bigint(20) unsigned DEFAULT NULL,
  `result` varchar(16) DEFAULT NULL,
  `details` text DEFAULT NULL,
  `host` varchar(255) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `events_of_action` (`instance_uuid`,`request_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `key_pairs` (
  `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `user_id` varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `name` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `type` varchar(4) NOT NULL,
  `fingerprint` varchar(64) NOT NULL,
  `public_key` text NOT NULL,
  `created_at` bigint(20) unsigned NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `key_pair_of_user` (`user_id`,`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `key_pair_owners` (
  `user_id` varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (`user_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `leases` (
  `name` varchar(63) NOT NULL,
  `owner` varchar(100) NOT NULL,
  `held_until` bigint(20) unsigned NOT NULL,
  `seconds` int(10) unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `migrations` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `uuid` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `instance_uuid` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `epoch` int(10) unsigned NOT NULL DEFAULT 0,
  `generation` int(10) unsigned NOT NULL DEFAULT 0,
  `type` varchar(16) NOT NULL,
  `status` varchar(16) NOT NULL,
  `source_host` varchar(255) DEFAULT NULL,
  `dest_host` varchar(255) DEFAULT NULL,
  `user_id` varchar(64) NOT NULL,
  `project_id` varchar(64) NOT NULL,
  `created_at` bigint(20) unsigned NOT NULL,
  `updated_at` bigint(20) unsigned NOT NULL,
  `move` text NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `migration_uuid` (`uuid`),
  KEY `migrations_by_instance` (`instance_uuid`,`id`),
  KEY `migrations_by_change` (`updated_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `networking_locks` (
  `name` varchar(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `outbox` (
  `sequence` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `id` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `destination` varchar(80) NOT NULL,
  `body` mediumtext NOT NULL,
  `lease_until` bigint(20) unsigned NOT NULL,
  `written_at` bigint(20) unsigned NOT NULL DEFAULT 0,
  `attempts` int(10) unsigned NOT NULL DEFAULT 0,
  PRIMARY KEY (`sequence`),
  UNIQUE KEY `IDX_340ab539f309f03bdaa14aa764` (`id`),
  KEY `outbox_waiting` (`lease_until`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `parked_messages` (
  `id` varchar(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `method` varchar(100) NOT NULL,
  `parked_at` bigint(20) unsigned NOT NULL,
  `reason` text NOT NULL,
  `envelope` mediumtext NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `placement_decisions` (
  `at` bigint(20) unsigned NOT NULL,
  `sequence` int(10) unsigned NOT NULL,
  `instance_key` int(10) unsigned NOT NULL,
  `request_key` int(10) unsigned NOT NULL,
  `instance_uuid` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `request_id` varchar(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `decision` mediumtext NOT NULL,
  PRIMARY KEY (`at`,`sequence`),
  KEY `decisions_of_request` (`request_key`),
  KEY `decisions_of_instance` (`instance_key`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `placement_groups` (
  `uuid` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `deleted` tinyint(4) NOT NULL DEFAULT 0,
  PRIMARY KEY (`uuid`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `quota_class_limits` (
  `class_name` varchar(64) NOT NULL,
  `resource` varchar(64) NOT NULL,
  `hard_limit` int(11) NOT NULL,
  PRIMARY KEY (`class_name`,`resource`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `quota_overrides` (
  `project_id` varchar(64) NOT NULL,
  `resource` varchar(64) NOT NULL,
  `hard_limit` int(11) NOT NULL,
  PRIMARY KEY (`project_id`,`resource`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `quota_usages` (
  `project_id` varchar(64) NOT NULL,
  `instances` int(11) NOT NULL DEFAULT 0,
  `cores` int(11) NOT NULL DEFAULT 0,
  `ram_mb` bigint(20) NOT NULL DEFAULT 0,
  PRIMARY KEY (`project_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `quota_user_overrides` (
  `project_id` varchar(64) NOT NULL,
  `user_id` varchar(64) NOT NULL,
  `resource` varchar(64) NOT NULL,
  `hard_limit` int(11) NOT NULL,
  PRIMARY KEY (`project_id`,`user_id`,`resource`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `request_specs` (
  `uuid` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `spec` mediumtext NOT NULL,
  PRIMARY KEY (`uuid`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `reservations` (
  `instance_uuid` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `child` varchar(63) NOT NULL,
  `epoch` int(10) unsigned NOT NULL DEFAULT 0,
  `vcpus` int(10) unsigned NOT NULL DEFAULT 0,
  `memory_mb` bigint(20) NOT NULL DEFAULT 0,
  `disk_gb` bigint(20) NOT NULL DEFAULT 0,
  `zone` varchar(255) DEFAULT NULL,
  `counted_from` bigint(20) unsigned DEFAULT NULL,
  `expires_at` bigint(20) unsigned NOT NULL,
  `traits` varchar(1000) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT '',
  PRIMARY KEY (`instance_uuid`),
  KEY `reservations_by_expiry` (`expires_at`),
  KEY `reservations_by_child` (`child`,`counted_from`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `schema_migrations` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `timestamp` bigint(20) NOT NULL,
  `name` varchar(255) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `security_groups` (
  `id` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `project_id` varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `user_id` varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `name` varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `description` varchar(255) NOT NULL,
  `created_at` bigint(20) unsigned NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `security_group_of_project` (`project_id`,`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `security_group_rules` (
  `id` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `group_id` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `protocol` varchar(8) DEFAULT NULL,
  `from_port` int(11) DEFAULT NULL,
  `to_port` int(11) DEFAULT NULL,
  `cidr` varchar(64) DEFAULT NULL,
  `peer_id` char(36) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `created_at` bigint(20) unsigned NOT NULL,
  PRIMARY KEY (`id`),
  KEY `security_group_rules_of_group` (`group_id`),
  KEY `security_group_rules_of_peer` (`peer_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `server_groups` (
  `id` int(10) unsigned NOT NULL AUTO_INCREMENT,
  `uuid` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `project_id` varchar(64) NOT NULL,
  `user_id` varchar(64) NOT NULL,
  `name` varchar(255) NOT NULL,
  `policy` varchar(32) NOT NULL,
  `max_server_per_host` int(10) unsigned DEFAULT NULL,
  `created_at` bigint(20) unsigned NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `server_group_uuid` (`uuid`),
  KEY `server_groups_by_project` (`project_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `server_group_owners` (
  `project_id` varchar(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  PRIMARY KEY (`project_id`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `workflows` (
  `subject` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `run_after` bigint(20) unsigned NOT NULL,
  `kind` varchar(63) NOT NULL,
  `step` varchar(63) NOT NULL,
  `body` mediumtext NOT NULL,
  PRIMARY KEY (`subject`),
  KEY `workflows_due` (`run_after`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
