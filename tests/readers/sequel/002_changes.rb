# frozen_string_literal: true

Sequel.migration do
  no_transaction

  up do
    alter_table(:readers) do
      add_column :street, String, default: "", null: false
      add_column :zip, :text, if_not_exists: true
      drop_column :nick, cascade: true
      set_column_type :age, :bigint
      set_column_type :notes, :jsonb, using: Sequel.cast(:notes, :jsonb)
      set_column_type :code, String, using: "btrim(code)"
      set_column_default :age, nil
      set_column_not_null :born
      set_column_allow_null :email
      set_column_allow_null :hits, false
      add_constraint({name: :has_zip, not_valid: true}) { zip !~ nil }
      add_constraint(:short, Sequel.lit("length(street) < ?", 200))
      add_foreign_key [:age], :ages, name: :readers_age, not_valid: true
      add_unique_constraint [:zip], name: :one_zip, using_index: :zip_index
      validate_constraint :has_zip
      drop_constraint :named, cascade: true
    end

    alter_table(Sequel[:archive][:loans]) do
      rename_column :place, :spot
      add_foreign_key :room_id, :rooms, foreign_key_constraint_name: :loans_room
      add_index :spot, concurrently: true, if_not_exists: true
      drop_index :shelf, concurrently: true
      add_column :note, String, index: true
      drop_foreign_key [:shelf, :place], name: :loans_places
      rename_constraint :one_loan_a_place, :single_loan
      alter_constraint :loans_room, deferrable: :immediate
      add_exclusion_constraint [[:spot, "="]], name: :one_spot
    end

    add_column :readers, :middle, String
    drop_column :readers, :middle
    rename_column :readers, :street, :road
    set_column_default :readers, :road, "unknown"
    set_column_type :readers, :road, :varchar, size: 40
    add_index :readers, [:road, :zip], concurrently: true, name: :by_road, nulls_distinct: false, unique: true
    drop_index :readers, [:name, :age], concurrently: true, if_exists: true
    rename_table :newer, :newest
    drop_table :once, :again, cascade: true
    drop_table? :copy
    drop_join_table(reader_id: :readers, club_id: :clubs)

    add_enum_value :shelf_state, "lent", after: "open", if_not_exists: true
    rename_enum_value :shelf_state, "lent", "away"
    rename_enum :shelf_state, :reader_state
    create_schema :reports, if_not_exists: true
    create_view Sequel[:reports][:active], from(:readers).where(active: true).order(:name)
    create_or_replace_view :names, "SELECT name FROM readers"
    create_view :ages, from(:readers).select(:age, Sequel.function(:count).*.as(:n)).group(:age), materialized: true
    refresh_view :ages, concurrently: true
    drop_view :names, if_exists: true
    create_function :touch, "BEGIN NEW.seen_at := now(); RETURN NEW; END", language: :plpgsql, returns: :trigger, replace: true
    create_trigger :readers, :touched, :touch, each_row: true, events: [:update]
    drop_trigger :readers, :touched, if_exists: true
    drop_function :touch, if_exists: true
    drop_schema :reports, cascade: true
    run "ANALYZE readers"
    self << "SET lock_timeout = '2s'"
  end
end
