# frozen_string_literal: true

Sequel.migration do
  change do
    create_enum(:shelf_state, %w[open closed])

    create_table(:readers) do
      primary_key :id, type: :Bignum
      String :name, null: false, size: 80
      String :code, fixed: true, size: 4
      String :notes, text: true, default: "none 'yet'"
      column :email, :citext, null: false, unique: true
      Integer :age, default: 18
      Bignum :hits
      Float :weight
      BigDecimal :credit, size: [10, 2], default: 0
      numeric :ratio, size: 5
      Date :born
      DateTime :seen_at
      Time :joined_at, default: Sequel::CURRENT_TIMESTAMP
      Time :wakes_at, only_time: true
      TrueClass :active, null: false, default: true
      File :picture
      double :height
      varchar :nick
      column :tags, "text[]", default: Sequel.pg_array([], :text), null: false
      jsonb :settings, default: Sequel.pg_jsonb({"a" => 1})
      uuid :token, default: Sequel.function(:gen_random_uuid), index: {unique: true}
      shelf_state :state, default: Sequel.cast("open", :shelf_state)
      column :shout, String, generated_always_as: Sequel.function(:upper, :name)
      column :lang, String, collate: '"C"'

      constraint(:grown_up) { age > 17 }
      constraint(:named, Sequel.function(:char_length, :name) => 1..80)
      constraint(:known_state, state: %w[open closed])
      constraint(:either, Sequel.|({age: nil}, {born: nil}))
      check "hits >= 0"
      unique [:name, :born], name: :one_of_a_name, deferrable: true
      index [:name, :age]
      index Sequel.function(:lower, :email), unique: true
      index :seen_at, where: {active: true}, include: :age, name: :readers_seen
      index :settings, type: :gin, opclass: :jsonb_path_ops
      index Sequel.desc(:joined_at), name: :newest_first
    end

    create_table(Sequel[:archive][:loans], unlogged: true) do
      column :id, :uuid, primary_key: true
      foreign_key :reader_id, :readers, null: false, on_delete: :cascade, key: :id, index: true
      foreign_key :by_id, :readers, type: :Bignum, on_update: :set_null, deferrable: :immediate
      tstzrange :span
      Integer :shelf
      Integer :place
      exclude [[:shelf, "="], [:span, "&&"]], name: :one_loan_a_place, where: {place: nil}
      foreign_key [:shelf, :place], :places, key: [:shelf, :number], name: :loans_places
      index [:shelf, :place]
    end

    create_table(:visits, partition_by: :day, partition_type: :range) do
      Integer :id
      Date :day
      primary_key [:id, :day]
    end
    create_table(:visits_2024, partition_of: :visits) do
      from "2024-01-01"
      to "2025-01-01"
    end
    create_table(:visits_other, partition_of: :visits) { default }

    create_table?(:once) { Integer :a }
    create_table!(:again, temp: true, on_commit: :drop) { Integer :a }
    create_table(:newer, inherits: :readers, if_not_exists: true) { Integer :b }
    create_table(:copy, as: from(:readers).where(active: true).select(:id, :name))
    create_join_table(reader_id: :readers, club_id: {table: :clubs, on_delete: :cascade})
  end
end
