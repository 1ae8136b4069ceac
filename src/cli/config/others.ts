const words = (text: string): readonly string[] => text.trim().split(/\s+/)

/** Sections of plug-ins and programs that have no part in a run here: nothing in them is looked at. */
export const OTHER_SECTIONS =
  /^(colors|galaxy|galaxy_server\..+|selinux|persistent_connection|netconf_connection|paramiko_connection|winrm|psrp|jinja2|callback_.+|.+_become_plugin|.+_connection_plugin|.+_cache_plugin|.+_fact_cache)$/

/**
 * Settings of Ansible that mean nothing here: of Python on the target, of temporary files, of cows, of plug-ins that
 * are always on, or of warnings that are not given. They are accepted without a word.
 */
export const ACCEPTED: Readonly<Record<string, readonly string[]>> = {
  defaults: words(`
    action_warnings allow_world_readable_tmpfiles ansible_home async_dir bin_ansible_callbacks
    callback_format_pretty callback_whitelist callbacks_enabled collections_on_ansible_version_mismatch
    collections_path collections_paths collections_scan_sys_path command_warnings cow_selection cow_whitelist
    cowpath cowsay_enabled_stencils debug deprecation_warnings devel_warning display_args_to_stdout
    display_failed_stderr docsite_root_url enable_task_debugger
    facts_modules force_valid_group_names hash_seed home internal_poll_interval
    interpreter_python invalid_task_attribute_failed inventory_ignore_extensions inventory_ignore_patterns
    jinja2_extensions jinja2_native_warning keep_remote_files libvirt_lxc_noseclabel local_tmp localhost_warning
    log_filter module_args module_compression module_ignore_exts module_lang module_name module_set_locale
    network_group_modules no_target_syslog nocows null_representation old_plugin_cache_clear pipelining playbook_dir
    plugin_filters_cfg poll_interval python_module_rlimit_nofile remote_tmp retry_files_enabled
    retry_files_save_path run_vars_plugins show_per_host_start show_task_path_on_failure
    check_mode_markers string_conversion_action syslog_facility system_warnings task_debugger_ignore_errors
    sudo_flags transport_options use_persistent_connections validate_action_group_metadata vars_plugins_enabled
    vault_identity verbose_to_stderr win_async_startup_timeout yaml_valid_extensions
  `),
  privilege_escalation: words('agnostic_become_prompt become_allow_same_user'),
  ssh_connection: words(`
    control_path control_path_dir pipelining sftp_batch_mode scp_if_ssh transfer_method usetty
    sftp_executable scp_executable sftp_extra_args scp_extra_args sshpass_prompt pkcs11_provider verbosity
  `),
  connection: words('pipelining'),
  inventory: words(`
    any_unparsed_is_failed cache cache_connection cache_plugin cache_prefix cache_timeout enable_plugins export
    ignore_extensions ignore_patterns inventory_unparsed_warning unparsed_is_failed use_extra_vars
  `),
  diff: [],
  tags: [],
}

/** Settings of Ansible that would change what a run does and have no counterpart here: each is warned about. */
export const UNSUPPORTED: Readonly<Record<string, readonly string[]>> = {
  defaults: words(`
    action_plugins allow_unsafe_lookups become_password_file become_plugins cache_plugins callback_plugins
    cliconf_plugins connection_password_file connection_plugins doc_fragment_plugins filter_plugins
    httpapi_plugins inventory_plugins lookup_plugins module_utils netconf_plugins playbook_vars_root precedence
    private_role_vars strategy_plugins terminal_plugins test_plugins vars_plugins
  `),
  ssh_connection: words('ssh_executable retries reconnection_retries'),
  connection: words('retries'),
}
