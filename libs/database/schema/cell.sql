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
  `group_uuid` char(36) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL,
  `locked_by` varchar(8) DEFAULT NULL,
  `locked_reason` varchar(255) DEFAULT NULL,
  `move` text DEFAULT NULL,
  `other_host` varchar(255) DEFAULT NULL,
  PRIMARY KEY (`uuid`),
  KEY `instances_by_host` (`host`),
  KEY `instances_by_next_hop` (`next_hop`,`deleted_at`,`uuid`),
  KEY `instances_by_group` (`group_uuid`),
  KEY `instances_by_other_host` (`other_host`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

CREATE TABLE `leases` (
  `name` varchar(63) NOT NULL,
  `owner` varchar(100) NOT NULL,
  `held_until` bigint(20) unsigned NOT NULL,
  `seconds` int(10) unsigned NOT NULL DEFAULT 0,
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

CREATE TABLE `workflows` (
  `subject` char(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  `run_after` bigint(20) unsigned NOT NULL,
  `kind` varchar(63) NOT NULL,
  `step` varchar(63) NOT NULL,
  `body` mediumtext NOT NULL,
  PRIMARY KEY (`subject`),
  KEY `workflows_due` (`run_after`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
