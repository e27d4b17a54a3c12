# frozen_string_literal: true

Sequel.migration do
  revert do
    create_table(:temporary) { Integer :a }
    add_column :readers, :height, Float
    alter_table(:readers) do
      add_column :a, Integer
      add_index :a, name: :by_a
      add_constraint(:positive) { a > 0 }
      set_column_not_null :b
      set_column_allow_null :c
      rename_column :d, :e
      add_foreign_key :f_id, :fs, foreign_key_constraint_name: :readers_f
    end
    rename_table :g, :h
    create_view :v, "SELECT 1"
    add_index :readers, :height, concurrently: true
  end
end
